"""The thirty-five red-flag rules of misuse (domain §6.5): block, hard or warn, each with its clause and its release."""

from collections.abc import Collection, Iterable, Iterator

from workflows.funds.flags import dealing, delivering, flowing, patterns, paying
from workflows.funds.flags.scene import ASKED, BUDGET, CONTRACT, DEAL, NIGHT, PAYMENT, Flag, Hit, Level, Scene, risk

__all__ = [
    "ASKED",
    "BUDGET",
    "CONTRACT",
    "DEAL",
    "FLAGS",
    "NIGHT",
    "PAYMENT",
    "Flag",
    "Hit",
    "Level",
    "Scene",
    "find",
    "held",
    "risk",
]

FLAGS: tuple[Flag, ...] = tuple(
    sorted(
        (*paying.FLAGS, *dealing.FLAGS, *flowing.FLAGS, *patterns.FLAGS, *delivering.FLAGS), key=lambda flag: flag.rule
    )
)
"""All of them, in order; one that is found in two ways stands here twice."""


def find(scene: Scene, at: str) -> tuple[Hit, ...]:
    """Ask every rule that is asked at a payment, a contract, a budget or at night."""
    return tuple(hit for flag in FLAGS if at in flag.at for hit in flag.find(scene))


def held(hits: Iterable[Hit], released: Collection[str]) -> Iterator[Hit]:
    """Give the hits that still stand in the way: every block, and each hard one whose key nobody released."""
    for hit in hits:
        if hit.level is Level.BLOCK or (hit.level is Level.HARD and hit.key not in released):
            yield hit
