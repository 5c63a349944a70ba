"""What stands beside an item: its children by procedure, and what the reader may start there."""

from collections.abc import Sequence
from dataclasses import replace

from msgspec import Struct

from adapters.sql.notices import read_receipts
from adapters.sql.sight import look as seen
from engine.case import Case
from engine.definition import Definition
from service.jobs.calls import OPENED
from service.texts import Language
from service.web.definition_fields import fields_of
from service.web.fields import Field
from service.web.panel_summary import may_read, summary_url
from service.web.reading import Look
from service.web.views.addresses import item_url, report_url
from service.web.views.definitions import version_url
from service.web.views.starting import startable_beside
from workflows.funds.papers import PROJECT, SOURCES
from workflows.guards.accepting import ACCEPTANCE
from workflows.guards.performance import EVALUATION
from workflows.guards.reading import text_in
from workflows.screening.calls import CALL
from workflows.screening.townships import township_of

MEASURE = "improvement"
CREDIT = "R-30"
"""The record of units, partners and loans that money is lent and granted on."""


class Child(Struct, frozen=True):
    """One item beside another."""

    code: str
    title: str
    state: str
    url: str


class Family(Struct, frozen=True):
    """The children of one procedure."""

    title: str
    children: Sequence[Child]


class Beginning(Struct, frozen=True):
    """What the reader may start beside the item, with the fields that are given then for good."""

    title: str
    url: str
    fields: Sequence[Field] = ()


class Receipts(Struct, frozen=True):
    """How many offices were told of a call, how many of them read it, and who did not yet."""

    told: int
    read: int
    unread: Sequence[str]


class Beside(Struct, frozen=True):
    """All that stands beside an item; `parent` is the item it belongs to itself."""

    families: Sequence[Family] = ()
    beginnings: Sequence[Beginning] = ()
    parent: Child | None = None
    budget_url: str = ""
    progress_url: str = ""
    channels_url: str = ""
    package_url: str = ""
    survey_url: str = ""
    credit_url: str = ""
    changed_url: str = ""
    panel_url: str = ""
    receipts: Receipts | None = None


def beside(found: Look, case: Case) -> Beside:
    """Look around an item."""
    every = [found.definition(key) for key in found.front.assembly.library.published()]
    kin = [one for one in every if one.parent is not None and one.parent.definition == case.definition]
    families = (Family(found.reader.says(one.title), _children(found, one, case)) for one in kin)
    may = startable_beside(kin, case, found.facts, found.actor, found.reader.now)
    return Beside(
        families=[family for family in families if family.children],
        beginnings=[_beginning(found, one, case) for one in may],
        parent=_parent(found, case),
        budget_url=item_url(case.code, "budget") if case.definition == PROJECT else "",
        progress_url=item_url(case.code, "progress") if case.definition == PROJECT else "",
        survey_url=item_url(case.code, "survey") if case.definition in (EVALUATION, ACCEPTANCE) else "",
        channels_url=item_url(case.code, "channels") if case.definition == PROJECT else "",
        package_url=item_url(case.code, "package") if case.definition == ACCEPTANCE else "",
        credit_url=_credit(found, case),
        changed_url=_changed(found, case) if case.definition == MEASURE else "",
        panel_url=summary_url(case.code) if case.definition == PROJECT and may_read(found, case) else "",
        receipts=_receipts(found, case) if case.definition == CALL else None,
    )


def _credit(found: Look, case: Case) -> str:
    """Give the report on the credit of the township that a source of money is for."""
    home = township_of(case.unit, found.facts)
    return report_url(CREDIT, township=home) if case.definition in SOURCES else ""


def _changed(found: Look, case: Case) -> str:
    """Give the version of a procedure that a measure led to, to those who may look at it."""
    key, version = text_in(case.data, "definition"), case.data.get("definition_version")
    known = any((one.key, one.version) == (key, version) for one in found.front.assembly.publishing.headlines())
    may = found.front.policy.rules["GET", "/admin/definitions/{key}/{version}"].allows(found.caller.roles)
    return version_url(key, version) if known and may and isinstance(version, int) else ""


def measures_of(found: Look, key: str, version: int) -> list[Child]:
    """Give the measures that led to a version of a procedure, of those the reader sees."""
    measures = found.facts.peers(MEASURE, "definition", key)
    led = (one for one in measures if one.data.get("definition_version") == version and _sees(found, one))
    return [_measure(found, one) for one in led]


def _measure(found: Look, case: Case) -> Child:
    state = found.definition_of(case).states[case.state]
    return Child(case.code, text_in(case.data, "problem"), found.reader.says(state.title), item_url(case.code))


def _receipts(found: Look, case: Case) -> Receipts | None:
    """Say which offices a call reached, to those who look over the county."""
    if not found.caller.sight.below:
        return None
    read: dict[str, bool] = {}
    for user, read_at in read_receipts(found.connection, case.id, OPENED, case.opened_at).items():
        person = found.facts.directory.people.get(user)
        if person is not None:
            read[person.unit] = read.get(person.unit, False) or read_at is not None
    unread = [found.reader.unit(unit) for unit in sorted(read) if not read[unit]]
    return Receipts(len(read), len(read) - len(unread), unread) if read else None


def _beginning(found: Look, definition: Definition, case: Case) -> Beginning:
    fields = given_fields(definition, found.reader.language)
    return Beginning(found.reader.says(definition.title), item_url(case.code, "beside", definition.key), fields)


def given_fields(definition: Definition, language: Language) -> list[Field]:
    """Give the fields that a case is begun with for good, empty; each form of a page has ids of its own."""
    names = definition.opening.given
    found = fields_of(definition, names, {}, language, required=names)
    return [replace(field, scope=f"{definition.key}-") for field in found]


def _children(found: Look, definition: Definition, case: Case) -> list[Child]:
    assert definition.parent is not None
    peers = found.facts.peers(definition.key, definition.parent.field, case.code)
    return [_child(found, one) for one in peers if _sees(found, one)]


def _parent(found: Look, case: Case) -> Child | None:
    link = found.definition_of(case).parent
    code = case.data.get(link.field) if link is not None else None
    parent = found.facts.case(code) if isinstance(code, str) else None
    return _child(found, parent) if parent is not None and _sees(found, parent) else None


def _sees(found: Look, case: Case) -> bool:
    return seen(found.connection, found.caller.sight, "code", case.code) is not None


def _child(found: Look, case: Case) -> Child:
    state = found.definition_of(case).states[case.state]
    return Child(case.code, found.title(case), found.reader.says(state.title), item_url(case.code))
