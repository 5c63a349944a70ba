"""Guards of a call for applications: what its guide says, its window, when it may be ranked and closed."""

from collections.abc import Iterator, Mapping

from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.guards.reading import (
    Reasons,
    complain,
    day,
    entry,
    entry_with,
    lines_where,
    rows,
    sum_of,
    text_in,
    today,
    word,
)
from workflows.scoring import POINTS_MAX
from workflows.screening.batch import RANKED, UNDER_REVIEW, again, applications
from workflows.screening.calls import CALL

WEIGHTS_SUM = 100
OPEN_OBJECTIONS = frozenset({"received", "investigating", "deciding"})


def weights_sum_100(it: Situation) -> Reasons:
    """Every criterion of the model has one weight and its scale in words, and the weights make a hundred.

    Source: weights per call, locked when it opens [D].
    """
    table = rows(it, "weights")
    given = [text_in(row, "criterion") for row in table]
    if sorted(given) != sorted(POINTS_MAX):
        missing = [name.upper() for name in POINTS_MAX if given.count(name) != 1]
        yield Refusal("call.criteria", "weights", {"criteria": ", ".join(missing) or "-"})
    total = sum_of(table, "weight")
    if total != WEIGHTS_SUM:
        yield Refusal("call.weights", "weights", {"sum": total})
    yield from complain("call.no_scale", "weights", lines_where(table, lambda row: not text_in(row, "scale")))


def window_ok(it: Situation) -> Reasons:
    """The window lies ahead, and its end is not before its beginning.

    Source: CAL window [D].
    """
    opens_on, closes_on = day(it, "opens_on"), day(it, "closes_on")
    if opens_on is None or closes_on is None or closes_on < opens_on:
        yield Refusal("call.window", "closes_on")
    elif closes_on < today(it):
        yield Refusal("call.window_past", "closes_on", {"closes_on": str(closes_on)})


def number_free(it: Situation) -> Reasons:
    """No other call has this number.

    Source: applications name their call by its number [D].
    """
    taken = it.facts.peers(CALL, "number", word(it, "number"))
    if any(one.id != it.case.id for one in taken):
        yield Refusal("call.number_taken", "number", {"number": word(it, "number")})


def window_over(it: Situation) -> Reasons:
    """The last day of the window has passed.

    Source: CAL window, both days included [D].
    """
    closes_on = day(it, "closes_on")
    if closes_on is not None and today(it) <= closes_on:
        yield Refusal("call.still_open", "closes_on", {"closes_on": str(closes_on)})


def extended_later(it: Situation) -> Reasons:
    """The new last day is later than the old one, and not past.

    Source: CAL window [D].
    """
    until, closes_on = day(it, "extended_to"), day(it, "closes_on")
    if until is None or closes_on is None or until <= max(closes_on, today(it)):
        yield Refusal("call.not_later", "extended_to", {"closes_on": str(closes_on or "-")})


def all_decided(it: Situation) -> Reasons:
    """No application of the call is still with its township, the first review or its experts.

    Drafts that were not sent in time stay drafts, for the next call. Source: a batch is ranked as a whole [D].
    """
    waiting = [one.code for one in applications(it.facts, word(it, "number")) if one.state in UNDER_REVIEW]
    if waiting:
        yield Refusal("call.undecided", "number", {"count": len(waiting), "codes": ", ".join(waiting[:5])})


def ranking_decided(it: Situation) -> Reasons:
    """Every project of the ranking has its decision of the pool, and the ranking is still what its components give.

    Source: published ranking that anybody can do again [D].
    """
    table = rows(it, "ranking")
    listed = {text_in(row, "project") for row in table}
    waiting = [one for one in applications(it.facts, word(it, "number")) if one.code in listed and one.state == RANKED]
    if waiting:
        codes = ", ".join(one.code for one in waiting[:5])
        yield Refusal("call.pool_undecided", "ranking", {"count": len(waiting), "codes": codes})
    if [text_in(row, "project") for row in table] != again(table, word(it, "seed")):
        yield Refusal("call.order", "ranking")


def no_objection_to(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """No objection to a project of the table is open.

    Source: objections block what was published [D].
    """
    table = str(arguments["table"])
    count = sum(1 for row in rows(it, table) for _ in _objections(it, text_in(row, "project")))
    if count:
        yield Refusal("objection.open", table, {"count": count})


def _objections(it: Situation, code: str) -> Iterator[str]:
    found = it.facts.peers("objection", "project", code)
    yield from (one.code for one in found if one.state in OPEN_OBJECTIONS)


ENTRIES = (
    entry_with(no_objection_to, table="field"),
    *map(
        entry,
        (
            weights_sum_100,
            window_ok,
            number_free,
            window_over,
            extended_later,
            all_decided,
            ranking_decided,
        ),
    ),
)
