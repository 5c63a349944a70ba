"""Guards and values of what follows a project: risks, lessons without personal data, objections heard by others."""

import re
from collections.abc import Mapping

from engine.definition import FieldType
from engine.guards import Reckoning
from engine.places import unit_in
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    day_in,
    entry,
    entry_with,
    is_past,
    lines_where,
    mark_here,
    number,
    rows,
    text_in,
)

BLUE_MAX = 4
"""Highest score of a blue risk (probability times impact) [D]."""

DECIDERS = ("cty_head", "lead_group", "lead_sec")
"""Who decides on an objection: the bureau, above it the lead group, at last its office [D]."""

MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
"""A mobile number of eleven digits."""

IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
"""A citizen's identity number: GB 11643, seventeen digits and a check character [K]."""


def actions_done(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """Every measure is done by today and says what came of it.

    Source: measures of a risk are followed to their end [D].
    """
    table = str(arguments["table"])
    if not rows(it, table):
        yield Refusal("risk.no_measure", table)

    def is_open(row: Row) -> bool:
        return not (is_past(it, day_in(row, "done_on")) and text_in(row, "result"))

    yield from complain("risk.measures_open", table, lines_where(rows(it, table), is_open))


def residual_accepted(it: Situation) -> Reasons:
    """What is left of the risk is blue, or somebody of the right level accepted it since the case came here.

    Source: acceptance of residual risk by level [D].
    """
    left, accepted = number(it, "residual"), mark_here(it, "accept_rest")
    if left > BLUE_MAX and (accepted is None or accepted.user == it.actor.id):
        yield Refusal("risk.residual", "residual", {"found": left, "most": BLUE_MAX})


def no_personal_data(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """No mobile or identity number stands in these texts.

    Source: Personal Information Protection Law: de-identified before it is shared [K].
    """
    fields = arguments["fields"]
    for field in fields if isinstance(fields, list) else ():
        words = text_in(it.data, str(field))
        if MOBILE.search(words) or IDENTITY.search(words):
            yield Refusal("lesson.personal_data", str(field))


def different_people(it: Situation) -> Reasons:
    """Whoever investigates or answers had no part in the project that is objected to.

    Source: objections are heard by others than those who decided [D].
    """
    if it.actor.id in _involved(it):
        yield Refusal("objection.involved", "project")


def version_published(it: Situation) -> Reasons:
    """A measure on a procedure names it, and a version of it was published since the measure was proposed.

    Source: lessons and measures change the rules they blame [D]; the office's own register of definitions knows.
    """
    if text_in(it.data, "kind") == "procedure" and _version(it) is None:
        yield Refusal("measures.no_version", "definition", {"definition": text_in(it.data, "definition") or "-"})


def _version(it: Situation) -> Json:
    """Give the newest version of the procedure that was published since the measure was proposed."""
    found = it.facts.published(text_in(it.data, "definition"))
    return max((version for version, at in found if at >= it.case.opened_at), default=None)


def _involved(it: Situation) -> set[str]:
    """Give everybody who ever acted on the project that is objected to, and who started it."""
    other = it.facts.case(text_in(it.data, "project"))
    return {mark.user for mark in other.actors.values()} | {other.initiator} if other is not None else set()


def _decider(it: Situation) -> Json:
    """Give the first office of which somebody had no part in the project and did not investigate; else the last."""
    county = unit_in("item.county", it.case, it.facts)
    kept_out = _involved(it) | {it.actor.id}
    free = (role for role in DECIDERS if county and set(it.facts.members(role, county.id)) - kept_out)
    return next(free, DECIDERS[-1])


ENTRIES = (
    entry_with(actions_done, table="field"),
    entry(residual_accepted),
    entry_with(no_personal_data, fields="fields"),
    entry(different_people),
    entry(version_published),
)

RECKONINGS = (
    Reckoning("version_led_to", _version, frozenset({FieldType.INTEGER}), "the version that a measure led to"),
    Reckoning("objection_decider", _decider, frozenset({FieldType.CHOICE}), "who had no part in the project"),
)
"""Values that no one types."""
