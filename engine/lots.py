"""Drawing lots so that anybody can check it: what is fixed before, each candidate's number, and the same again after.

Before a draw the candidates, who is left out and why, the count and the digest of a secret seed are fixed in one
commitment. Then somebody who does not know the seed gives a word. Seed and word make each candidate's number, and the
lowest numbers are drawn. Whoever keeps the seed can not choose it after the word is known, whoever gives the word does
not know the seed: neither can choose who is drawn.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from engine.case import Drawing
from engine.events import DrawCommitted, Drawn, Record, Redrawn


def digest(*parts: str) -> str:
    """Give the SHA-256 of some texts, told apart from each other."""
    return sha256("\n".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def commitment(case_id: str, drawing: Drawing, seed: str) -> str:
    """Give what fixes a draw before it is made."""
    left_out = (part for user, reason in sorted(drawing.excluded.items()) for part in (user, reason))
    fixed = (case_id, drawing.state, str(drawing.number), str(drawing.count))
    return digest(*fixed, digest(*drawing.candidates), digest(*left_out), digest(seed))


def number(seed: str, word: str, user: str) -> str:
    """Give a candidate's number."""
    return digest(seed, word, user)


def ranking(seed: str, word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Give the candidates by their numbers, the lowest first."""
    return tuple(sorted(candidates, key=lambda user: (number(seed, word, user), user)))


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A draw of a case, done again: each candidate's number in order, who was drawn, and what is not as it must be."""

    state: str
    commitment: str
    numbers: tuple[tuple[str, str], ...]
    drawn: tuple[str, ...]
    redrawn: tuple[Redrawn, ...]
    faults: tuple[str, ...]


def recompute(case_id: str, history: Sequence[Record]) -> Iterator[Recomputed]:
    """Do every finished draw of a case again from its history."""
    committed: dict[str, Drawing] = {}
    for record in history:
        for event in record.events:
            if isinstance(event, DrawCommitted):
                committed[event.drawing.state] = event.drawing
            elif isinstance(event, Drawn):
                again = [one for later in history for one in later.events if isinstance(one, Redrawn)]
                redrawn = tuple(one for one in again if one.state == event.state)
                yield _recomputed(case_id, committed.get(event.state), event, redrawn)


def _recomputed(case_id: str, fixed: Drawing | None, event: Drawn, redrawn: tuple[Redrawn, ...]) -> Recomputed:
    candidates = fixed.candidates if fixed is not None else ()
    order = ranking(event.seed, event.word, candidates)
    numbers = tuple((user, number(event.seed, event.word, user)) for user in order)
    faults = tuple(_faults(case_id, fixed, event, redrawn, order))
    return Recomputed(event.state, "" if fixed is None else fixed.commitment, numbers, event.users, redrawn, faults)


def _faults(
    case_id: str, fixed: Drawing | None, event: Drawn, redrawn: tuple[Redrawn, ...], order: tuple[str, ...]
) -> Iterator[str]:
    if fixed is None:
        yield "nothing was committed before the draw"
        return
    if commitment(case_id, fixed, event.seed) != fixed.commitment:
        yield "the seed, the candidates or who was left out are not those of the commitment"
    if event.order != order:
        yield "the order is not that of the numbers"
    if event.users != order[: fixed.count]:
        yield "those drawn are not the first of the order"
    following = iter(order[fixed.count :])
    for one in redrawn:
        if [next(following, "") for _ in (*one.passed_over, one.user)] != [*one.passed_over, one.user]:
            yield f"{one.user} was not next in the order"
