"""Red flags of delivery: lines without substance, changes after the fact, evidence used twice, progress on paper."""

from collections.abc import Iterator

from workflows.funds.flags.scene import NIGHT, PAYMENT, Evidence, Flag, Hit, Level, Scene

LIKENESS_BITS = 64
"""Bits of a perceptual hash."""


def fictitious_line(scene: Scene) -> Iterator[Hit]:
    """RF-10: a line with nothing delivered late in the project, or less delivered than paid for."""
    late = scene.policy.number("flags.nothing_delivered_percent")
    for cost in scene.costs:
        if cost.quantity_delivered < cost.quantity_paid:
            figures = {"paid": cost.quantity_paid, "delivered": cost.quantity_delivered}
            yield Hit("RF-10", Level.HARD, f"{cost.project}/{cost.line}", figures)
        elif not cost.is_delivered and scene.elapsed_percent is not None and scene.elapsed_percent > late:
            yield Hit("RF-10", Level.HARD, f"{cost.project}/{cost.line}", {"elapsed": scene.elapsed_percent})


def retroactive_change(scene: Scene) -> Iterator[Hit]:
    """RF-25: a change carried out before it was approved."""
    for change in scene.changes:
        if change.done_on is not None and (change.approved_on is None or change.done_on < change.approved_on):
            yield Hit("RF-25", Level.HARD, change.code, {"done_on": change.done_on.isoformat()})


def reused_evidence(scene: Scene) -> Iterator[Hit]:
    """RF-26: one picture for two milestones or projects, nearly the same picture, or one taken elsewhere."""
    bits = scene.policy.number("flags.alike_bits_count")
    pieces = scene.evidence
    for index, one in enumerate(pieces):
        if not one.is_on_site:
            yield Hit("RF-26", Level.HARD, f"{one.project}/{one.milestone}", {"digest": one.digest})
        for other in pieces[index + 1 :]:
            is_elsewhere = (one.project, one.milestone) != (other.project, other.milestone)
            if is_elsewhere and (one.digest == other.digest or _alike(one, other, bits)):
                where = f"{one.project}/{one.milestone} = {other.project}/{other.milestone}"
                yield Hit("RF-26", Level.HARD, where, {"digest": one.digest})


def _alike(one: Evidence, other: Evidence, bits: int) -> bool:
    if one.likeness is None or other.likeness is None:
        return False
    return (one.likeness ^ other.likeness).bit_count() <= min(bits, LIKENESS_BITS)


def false_progress(scene: Scene) -> Iterator[Hit]:
    """RF-27: progress jumps in a month without an accepted milestone, or the manager claims far more than verified."""
    jump, gap = (scene.policy.number(f"flags.progress_{name}_points") for name in ("jump", "gap"))
    before: dict[str, int] = {}
    for month in sorted(scene.months, key=lambda one: (one.project, one.month)):
        risen = month.claimed - before.get(month.project, 0)
        if risen > jump and not month.has_accepted:
            yield Hit("RF-27", Level.WARN, f"{month.project}/{month.month}", {"risen": risen})
        if month.claimed - month.verified > gap:
            yield Hit("RF-27", Level.WARN, f"{month.project}/{month.month}", {"gap": month.claimed - month.verified})
        before[month.project] = month.claimed


FLAGS = (
    Flag("RF-10", frozenset({NIGHT}), fictitious_line),
    Flag("RF-25", frozenset({NIGHT}), retroactive_change),
    Flag("RF-26", frozenset({PAYMENT, NIGHT}), reused_evidence),
    Flag("RF-27", frozenset({NIGHT}), false_progress),
)
