"""Projects that look like the one that is applied for, as hints beside its name.

Of other townships only what the county has made public is told: those from the public notice of the reserve on.
"""

from collections.abc import Sequence

from msgspec import Struct

from adapters.sql.reads.cases import EVERYBODY, CaseLine, Filter
from adapters.sql.reads.overview import standings
from engine.case import Case
from engine.refusal import Refused
from engine.situation import Situation
from service.http.lists import scope_of
from service.web.portfolio import PROJECT, today
from service.web.reading import Look
from service.web.views.addresses import item_url
from workflows.guards.review import dup_check_done, no_hard_hit
from workflows.likeness import HINTS_MAX, Likeness, Named, alike, nearest, weighing
from workflows.screening.gate_zero import LIKENESS
from workflows.screening.townships import township_of

NAME = "name"
READ_MAX = 20
"""Most projects of which more than the name is read for a hint."""

PUBLIC_PHASES = frozenset({"approval", "delivery", "acceptance", "evaluation"})
PUBLIC_STATES = frozenset({"reserve_notice", "reserved", "frozen"})
ENDED_WITHOUT = frozenset({"exits"})
"""Phases of projects that come to nothing: there is nothing to build twice."""

TOWNSHIP = "township"
BUILT = "evaluation"
"""The phase of what is there and in use: an existing system."""


class Similar(Struct, frozen=True):
    """A project that looks like this one. `url` is empty where the reader does not see it."""

    code: str
    name: str
    unit: str
    state: str
    percent: int
    common: Sequence[str]
    url: str


def similar_projects(found: Look, case: Case, name: str = "") -> list[Similar]:
    """Give the projects that a project looks like by its name (or the one that is being typed)."""
    name = name or str(case.data.get(NAME) or "")
    least = found.facts.policy(LIKENESS, today(found))
    if case.definition != PROJECT or not name or not isinstance(least, int):
        return []
    seen, places = _seen(found), _places(found)
    every = (one.line for one in standings(found.connection, EVERYBODY, Filter(definition=PROJECT)))
    lines = {line.code: line for line in every if line.code != case.code and _is_told(line, seen)}
    mine = Named(case.code, name, township_of(case.unit, found.facts), case.unit).told(case.data)
    others = {code: _named(found, line) for code, line in lines.items()}
    for one in nearest(mine, list(others.values()), places, READ_MAX):
        others[one.code] = one.told(found.case(lines[one.code].id).data)
    told = alike(mine, others.values(), least, places, weighing(found.facts.policy, today(found)))
    return [_similar(found, lines[one.code], one, seen) for one in told[:HINTS_MAX]]


def gate_zero(found: Look, case: Case) -> list[str]:
    """Say what the duplicate search and the negative list leave to be settled, as the review's own rules say it."""
    it = Situation(found.definition_of(case), case, case.data, found.actor, found.facts, found.reader.now)
    try:
        reasons = [*dup_check_done(it), *no_hard_hit(it)]
    except Refused as missing:
        reasons = list(missing.reasons)
    return [found.reader.rendering.wording.sentence(one) for one in reasons]


def _named(found: Look, line: CaseLine) -> Named:
    return Named(line.code, line.title, township_of(line.unit, found.facts), line.unit)


def _is_told(line: CaseLine, seen: frozenset[str]) -> bool:
    if line.phase in ENDED_WITHOUT:
        return False
    return line.code in seen or line.phase in PUBLIC_PHASES or line.state in PUBLIC_STATES


def _seen(found: Look) -> frozenset[str]:
    """Give the codes of the projects that the reader sees anyway."""
    own = standings(found.connection, scope_of(found.caller), Filter(definition=PROJECT))
    return frozenset(one.line.code for one in own)


def _places(found: Look) -> list[str]:
    """Give the names of the townships, which say nothing of what is built."""
    return [unit.name for unit in found.facts.directory.units.values() if unit.kind == TOWNSHIP]


def _similar(found: Look, line: CaseLine, likeness: Likeness, seen: frozenset[str]) -> Similar:
    facts = (("township", likeness.same_township), ("built", line.phase == BUILT))
    parts = (found.t(f"filling.similar.by.{part}", percent=percent) for part, percent in likeness.parts.items())
    shared = [found.t("filling.similar.functions", names=", ".join(likeness.common))] if likeness.common else []
    return Similar(
        line.code,
        line.title,
        found.reader.unit(line.unit),
        found.reader.says(found.definition(line.definition, line.version).states[line.state].title),
        likeness.percent,
        [*(found.t(f"filling.similar.{name}") for name, is_so in facts if is_so), *parts, *shared],
        url=item_url(line.code) if line.code in seen else "",
    )
