"""Who acts, as a few controls and back: the usual forms; what is more than they say stays as it is written."""

from collections.abc import Callable, Mapping

from engine.editing import shown
from engine.values import Json
from service.web.fields import Choice, Field
from service.web.flow.raw import at, keyed, text
from service.web.flow.words import Words

KINDS = ("initiator", "role", "each", "head", "field", "actor_of", "system", "other")
OFFICES: Mapping[str, tuple[str, ...]] = {
    "starters": ("anybody", "role", "head", "other"),
    "admins": ("nobody", "role", "head", "other"),
}
"""Who starts cases of a procedure, who administers them: the forms each may have; the first is written as nothing."""

_ASKED: Mapping[str, tuple[str, ...]] = {
    "role": ("role", "scope"),
    "each": ("role", "scope"),
    "head": ("scope",),
    "field": ("field",),
    "actor_of": ("state",),
}
_KEYS: Mapping[frozenset[str], str] = {
    frozenset({"role", "in"}): "role",
    frozenset({"role", "in", "each"}): "each",
    frozenset({"head"}): "head",
    frozenset({"field"}): "field",
    frozenset({"actor_of"}): "actor_of",
}


def who_fields(draft: Json, who: Json, words: Words, name: str = "who", forms: tuple[str, ...] = KINDS) -> list[Field]:
    """Show who acts; of the offered forms the last is what no control can say."""
    kind, t = _kind(who), words.t
    if forms is not KINDS:
        kind = forms[0] if who is None else kind if kind in forms else forms[-1]
    kinds = forms if kind == forms[-1] else forms[:-1]
    scope = text(at(who, "in")) or text(at(who, "head"))
    people = {name: one for name, one in keyed(at(draft, "fields")).items() if at(one, "type") in {"person", "persons"}}
    choices = {
        "kind": words.some("who", kinds),
        "role": words.with_(sorted_roles(words), text(at(who, "role"))),
        "scope": words.with_(words.scopes(), scope),
        "field": words.titled(people),
        "state": words.states(draft),
    }
    values = {
        "kind": kind,
        "role": text(at(who, "role")),
        "scope": scope,
        "field": text(at(who, "field")),
        "state": text(at(who, "actor_of")),
    }
    fields = [
        Field(
            f"{name}.{part}",
            t(f"flow.field.{name if part == 'kind' else 'who'}.{part}"),
            "choice",
            values[part] or None,
            choices=choices[part],
        )
        for part in ("kind", *_ASKED.get(kind, ()))
    ]
    if kind == "other":
        fields.append(Field(f"{name}.written", t("flow.field.who.written"), value=shown(who), read_only=True))
    return fields


def sorted_roles(words: Words) -> list[Choice]:
    """Offer the roles."""
    return [Choice(code, name) for code, name in words.roles.items()]


def who_of(values: Mapping[str, str], before: Json) -> Json:
    """Give what the controls say, as it is written."""
    kind = values.get("kind", "")
    make = _WRITING.get(kind)
    return before if make is None else make(values)


def _kind(who: Json) -> str:
    if who is None:
        return "system"
    if isinstance(who, str):
        return who if who in {"initiator", "system"} else "other"
    kind = _KEYS.get(frozenset(keyed(who)), "other")
    return "role" if kind == "each" and at(who, "each") is False else kind


_SCOPE = "item.unit"
_WRITING: Mapping[str, Callable[[Mapping[str, str]], Json]] = {
    "initiator": lambda _: "initiator",
    "system": lambda _: "system",
    "anybody": lambda _: None,
    "nobody": lambda _: None,
    "role": lambda said: {"role": said.get("role", ""), "in": said.get("scope") or _SCOPE},
    "each": lambda said: {"role": said.get("role", ""), "in": said.get("scope") or _SCOPE, "each": True},
    "head": lambda said: {"head": said.get("scope") or _SCOPE},
    "field": lambda said: {"field": said.get("field", "")},
    "actor_of": lambda said: {"actor_of": said.get("state", "")},
}
