"""What a new county still needs before its first case: read off the organisation as it is, nothing is ticked."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from adapters import shipped
from adapters.sql.directory import ZONE, Directory
from engine.definition import Definition
from engine.problem import Problem
from engine.soundness.staffing import Unstaffed, staffing
from service.administering import ADMINISTRATORS
from service.settings import Settings
from service.web.parts import Status
from service.web.views.reader import Reader

NEEDED_KINDS = ("township", "office")
"""Kinds of units without which nobody can apply."""

NEXT_YEAR_FROM_MONTH = 12
"""From this month on the days off of the next year are expected (the State Council gives notice in November)."""

MISSING_MAX = 12
"""Most states without anybody that a procedure's line names."""


class Step(Struct, frozen=True):
    """A step of founding a county. `who` does it; `groups` are lists of procedures with lines."""

    key: str
    who: str
    url: str
    is_done: bool
    said: Sequence[str]
    groups: Mapping[str, Sequence[tuple[str, Sequence[str]]]] = {}


def steps(
    reader: Reader, directory: Directory, published: Sequence[Definition], settings: Settings, *, has_cases: bool
) -> list[Step]:
    """Give the steps in their order."""
    return [
        _units(reader, directory),
        _people(reader, directory),
        _roles(reader, directory, published),
        _calendar(reader, directory),
        _policies(reader, directory),
        _service(reader, settings),
        Step("first", "", "/items", has_cases, [reader.t(f"founding.said.{'cases' if has_cases else 'no_cases'}")]),
    ]


def status_of(step: Step, reader: Reader) -> Status:
    """Say whether a step is done."""
    return Status(reader.t("founding.done"), "good") if step.is_done else Status(reader.t("founding.open"), "warn")


def _units(reader: Reader, directory: Directory) -> Step:
    counts = {kind: sum(unit.kind == kind for unit in directory.units.values()) for kind in NEEDED_KINDS}
    said = [reader.t(f"founding.said.{kind}", count=count) for kind, count in counts.items()]
    return Step("units", reader.role("admin"), "/admin/units", all(counts.values()), said)


def _people(reader: Reader, directory: Directory) -> Step:
    administrators = {
        id for id, held in directory.memberships.items() if any(one.role in ADMINISTRATORS for one in held)
    }
    working = [one for one in directory.people.values() if one.enabled and one.id not in administrators]
    headless = [unit.name for unit in directory.units.values() if unit.kind in NEEDED_KINDS and unit.head is None]
    said = [reader.t("founding.said.people", count=len(working))]
    if headless:
        said.append(reader.t("founding.said.headless", count=len(headless)))
    return Step("people", reader.role("admin"), "/admin/people", bool(working), said)


def _roles(reader: Reader, directory: Directory, published: Sequence[Definition]) -> Step:
    found = [(reader.says(one.title), one, staffing(one, directory)) for one in published]
    gaps = [(title, list(_lacking(reader, one, missing))) for title, one, missing in found if _is_stuck(missing)]
    some = [(title, _somewhere(reader, one, missing)) for title, one, missing in found if not _is_stuck(missing)]
    held = {role for role, _ in directory.holders}
    vacant = [reader.role(role) for role in shipped.roles() if role not in held]
    said = [reader.t("founding.said.staffed", count=len(published) - len(gaps), total=len(published))]
    groups = {"vacant": [("", vacant)], "gaps": gaps, "some": [one for one in some if one[1]]}
    return Step("roles", reader.role("sec_admin"), "/admin/people", not gaps, said, groups)


def _is_stuck(missing: Unstaffed) -> bool:
    """Say whether nobody can start a case, or nobody is there for a step of any."""
    return bool(missing.problems) or any(note.code == "nobody_may_start" for note in missing.notes)


def _lacking(reader: Reader, definition: Definition, missing: Unstaffed) -> Iterator[str]:
    """Say who is missing for all cases of a procedure."""
    if not missing.problems:
        yield reader.t("founding.said.nobody_starts")
    for problem in missing.problems[:MISSING_MAX]:
        if "state" in problem.params:
            yield reader.t("founding.said.nobody", state=_state(reader, definition, problem))
        else:
            yield reader.t("founding.said.no_calendar", calendar=problem.params["calendar"])


def _somewhere(reader: Reader, definition: Definition, missing: Unstaffed) -> list[str]:
    """Say who is missing for cases of some units only."""
    return [
        reader.t("founding.said.nobody_in", state=_state(reader, definition, note), units=note.params["units"])
        for note in missing.notes[:MISSING_MAX]
        if note.code == "nobody_in_units"
    ]


def _state(reader: Reader, definition: Definition, problem: Problem) -> str:
    return reader.says(definition.states[str(problem.params["state"])].title)


def _calendar(reader: Reader, directory: Directory) -> Step:
    today = reader.now.astimezone(ZONE).date()
    years = [today.year, today.year + 1] if today.month >= NEXT_YEAR_FROM_MONTH else [today.year]
    calendars = directory.calendars.values()
    missing = [year for year in years if any(one.is_provisional(year) for one in calendars)]
    said = [
        reader.t(f"founding.said.year_{'missing' if year in missing else 'there'}", year=str(year)) for year in years
    ]
    return Step("calendar", reader.role("admin"), "/admin/calendars", not missing, said)


def _policies(reader: Reader, directory: Directory) -> Step:
    own = sum(len(values) > 1 for values in directory.policies.values())
    said = [reader.t("founding.said.policies", total=len(directory.policies), count=own)]
    return Step("policies", reader.role("sec_admin"), "/admin/policies", own > 0, said)


def _service(reader: Reader, settings: Settings) -> Step:
    facts = {"tls": settings.is_tls, "mail": bool(settings.smtp_url), "heartbeat": settings.heartbeat}
    said = [reader.t(f"founding.said.{name}_{'on' if is_on else 'off'}") for name, is_on in facts.items()]
    return Step("service", "", "", all(facts.values()), said)
