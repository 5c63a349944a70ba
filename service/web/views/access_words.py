"""What a role may do, in words: the calls of the policy gathered by what they are about."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from service.texts import Speech

PREFIX = "/api/v1"
AREAS: Mapping[str, Sequence[str]] = {
    "queue": ("queue", "tasks"),
    "items": ("items", "mine", "returned", "apply"),
    "duties": ("duties",),
    "files": ("files",),
    "search": ("search",),
    "overview": ("dashboard", "stats", "reserve"),
    "funds": ("funds", "ledger", "disbursements"),
    "reports": ("reports",),
    "survey": ("survey", "verify"),
    "definitions": ("definitions", "schema", "forms", "indicators"),
    "people": ("people", "import", "roles"),
    "units": ("units",),
    "authorisations": ("authorisations",),
    "calendars": ("calendars",),
    "policies": ("policies",),
    "texts": ("texts",),
    "ops": ("ops", "webhooks", "health", "ready", "metrics"),
    "audit": ("audit",),
    "own": ("me", "settings", "session", "login", "logout", "notifications", "preferences"),
}
"""What calls are about, by the first name in their path; others are `other`."""

OF = {segment: area for area, segments in AREAS.items() for segment in segments}


class Access(Struct, frozen=True):
    """An area that a role may look at, or change, with the calls themselves."""

    area: str
    calls: Sequence[str]


def areas(calls: Iterable[str], t: Speech) -> list[Access]:
    """Gather calls such as `GET /items/{code}` by area, in the order of `AREAS`, each area named."""
    found: dict[str, list[str]] = {}
    for call in calls:
        found.setdefault(_area(call.partition(" ")[2]), []).append(call)
    order = [*AREAS, "other"]
    return [Access(t(f"audit.area.{area}"), found[area]) for area in sorted(found, key=order.index)]


def _area(path: str) -> str:
    parts = [part for part in path.removeprefix(PREFIX).split("/") if part]
    segment = next((part for part in parts if part != "admin"), "")
    return OF.get(segment, "other")
