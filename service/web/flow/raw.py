"""A draft's text as plain values, looked at without judging: whatever is missing or odd reads as empty."""

from engine.values import Json

Keyed = dict[str, Json]


def keyed(value: Json) -> Keyed:
    """Give a mapping; an empty one where something else stands."""
    return value if isinstance(value, dict) else {}


def at(value: Json, *path: str) -> Json:
    """Give what stands at a path; None where nothing does."""
    for part in path:
        value = keyed(value).get(part)
    return value


def text(value: Json) -> str:
    """Give a text; empty where something else stands."""
    return value if isinstance(value, str) else ""


def names(value: Json) -> list[str]:
    """Give a list of texts; empty where something else stands."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def states(draft: Json) -> dict[str, Keyed]:
    """Give the states of a draft, in order."""
    return {name: keyed(state) for name, state in keyed(at(draft, "states")).items()}


def fields(draft: Json) -> dict[str, Keyed]:
    """Give the fields of a draft, in order."""
    return {name: keyed(field) for name, field in keyed(at(draft, "fields")).items()}


def section_of(draft: Json, field: str) -> str:
    """Give the section that a field stands in; empty where it stands in none."""
    found = (name for name, one in keyed(at(draft, "sections")).items() if field in names(at(one, "fields")))
    return next(found, "")


def title(value: Json, language: str, otherwise: str = "") -> str:
    """Give the title of something in a language."""
    return text(at(value, "title", language)) or otherwise


def forward(state: Keyed) -> tuple[str, str] | None:
    """Give the action that carries a case on from a state, and where to; None where there is none."""
    for name, action in keyed(state.get("actions")).items():
        kind, to = at(action, "kind") or "forward", at(action, "to")
        if kind == "forward" and isinstance(to, str) and at(action, "who") != "system":
            return name, to
    return None
