"""What becomes of a running item under a new version, in one sentence."""

from datetime import datetime
from zoneinfo import ZoneInfo

from engine.definition import Definition
from engine.impact import Fate, Impact
from service.telling import ZONE
from service.web.views.naming import Naming, joined


def impact_words(found: Impact, old: Definition, new: Definition, naming: Naming) -> str:
    """Say where it goes on, who loses or gets a task, what deadline it has, and which fields are emptied."""
    if found.fate is Fate.CANNOT:
        return naming.t("impact.cannot", state=_title(found.state, old, naming))
    parts = []
    if found.target != found.state:
        parts.append(naming.t("impact.moves", state=_title(found.target, new, naming)))
    if found.loses:
        parts.append(naming.t("impact.loses", names=_holders(found.loses, naming)))
    if found.gains:
        parts.append(naming.t("impact.gains", names=_holders(found.gains, naming)))
    if found.due_at != found.new_due_at:
        before, after = (_day(at, naming) for at in (found.due_at, found.new_due_at))
        parts.append(naming.t("impact.deadline", before=before, after=after))
    if found.dropped:
        titles = [naming.says(old.fields[name].title) if name in old.fields else name for name in found.dropped]
        parts.append(naming.t("impact.dropped", fields=joined(naming, titles)))
    return naming.t("show.reason_separator").join(parts) or naming.t("impact.unchanged")


def _title(state: str, definition: Definition, naming: Naming) -> str:
    found = definition.states.get(state)
    return state if found is None else naming.says(found.title)


def _holders(principals: tuple[str, ...], naming: Naming) -> str:
    return joined(naming, [_holder(principal, naming) for principal in principals])


def _holder(principal: str, naming: Naming) -> str:
    kind, _, rest = principal.partition(":")
    if kind == "u":
        return naming.person(rest)
    role, _, unit = rest.partition("@")
    return f"{naming.role(role)} · {naming.unit(unit)}"


def _day(at: datetime | None, naming: Naming, zone: ZoneInfo = ZONE) -> str:
    return naming.t("impact.no_deadline") if at is None else at.astimezone(zone).date().isoformat()
