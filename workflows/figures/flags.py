"""How the red-flag rules do: what each found, what came of it, and how often it was a false alarm.

Source: tuning of the supervision rules (domain S98 b) [D].
"""

from collections.abc import Iterator

from engine.case import Case
from workflows.figures.basis import Basis
from workflows.figures.cells import Cell, Counted, count, mean, share
from workflows.funds.papers import RED_FLAG
from workflows.guards.reading import text_in

RELEASED, UPHELD, CORRECTED = "released", "upheld", "corrected"
DECIDED = frozenset({RELEASED, UPHELD, CORRECTED})


def known(it: Basis) -> tuple[str, ...]:
    """Give the rules that the procedure of red flags knows."""
    return (
        tuple(one.name for one in it.ground.definition(RED_FLAG).fields["rule"].of) if it.ground.knows(RED_FLAG) else ()
    )


def rules(it: Basis) -> Iterator[Counted]:
    """Give each rule, also one that found nothing: hits, what came of them, false alarms, days to a decision."""
    found: dict[str, list[Case]] = {}
    for one in it.cases(RED_FLAG):
        if it.wanted.year in (None, it.opened(one).year):
            found.setdefault(text_in(one.data, "rule"), []).append(one)
    for rule in (*known(it), *sorted(found.keys() - set(known(it)))):
        hits = found.get(rule, [])
        decided = [one for one in hits if one.state in DECIDED]
        released = [one for one in hits if one.state == RELEASED]
        yield {
            "rule": Cell(rule),
            "hits": count(hits),
            "undecided": count(one for one in hits if one.state not in DECIDED),
            "released": count(released),
            "upheld": count(one for one in hits if one.state == UPHELD),
            "corrected": count(one for one in hits if one.state == CORRECTED),
            "false_rate": share(released, decided),
            "days": mean((one, it.ground.working_days(RED_FLAG, one.opened_at, one.entered_at)) for one in decided),
        }
