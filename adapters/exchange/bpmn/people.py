"""Who does a step, as BPMN and its vendors say it: owners, candidate users and groups, lanes."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from adapters.exchange.bpmn.words import VENDORS, ZEEBE
from adapters.exchange.chart import INITIATOR
from adapters.exchange.markup import parted, plain
from adapters.exchange.naming import slug
from engine.values import Json

_PERSON = re.compile(r"[A-Za-z0-9][\w.@-]{0,62}")
_VARIABLE = re.compile(r"\s*(?:[$#]\{\s*(\w+)\s*\}|=\s*(\w+))\s*")
_STARTERS = frozenset({"initiator", "starter", "startuser", "startuserid", "applicant", "applyuser", "applyuserid"})
_OWNERS = frozenset({"potentialOwner", "humanPerformer", "performer"})
_INPUTS = {"ActorId": "users", "GroupId": "groups"}
_GROUP = re.compile(r"\s*group\((.+)\)\s*")
_USER = re.compile(r"\s*user\((.+)\)\s*")


def role(name: str) -> Json:
    """Give the holders of a role, in the case's unit or above."""
    return {"role": slug(name, "role"), "in": "item.unit"}


def people_of(element: Element, resources: dict[str, str]) -> tuple[Json, str]:
    """Give who does a step, and what was said of it that could not be read; None when nothing is said."""
    said = {kind: text for kind, text in _said(element, resources) if text}
    for kind in ("assignee", "users", "groups", "owner"):
        if kind in said and (who := _read(kind, said[kind])) is not None:
            return who, ""
    return None, next(iter(said.values()), "")


def _read(kind: str, text: str) -> Json:
    first = text.split(",", maxsplit=1)[0].strip()
    if (variable := _VARIABLE.fullmatch(text)) is not None:
        name = (variable[1] or variable[2]).lower().replace("_", "")
        return INITIATOR if name in _STARTERS else None
    if any(mark in text for mark in "${}#"):
        return None
    if (group := _GROUP.fullmatch(text)) is not None:
        return role(group[1])
    if (user := _USER.fullmatch(text)) is not None:
        return {"user": user[1]} if _PERSON.fullmatch(user[1]) else None
    if kind in ("groups", "owner"):
        return role(first)
    return {"user": first} if "," not in text and _PERSON.fullmatch(first) else None


def _said(element: Element, resources: dict[str, str]) -> Iterator[tuple[str, str]]:
    for vendor in VENDORS:
        yield "assignee", plain(element.get(f"{{{vendor}}}assignee"))
        yield "users", plain(element.get(f"{{{vendor}}}candidateUsers"))
        yield "groups", plain(element.get(f"{{{vendor}}}candidateGroups"))
    yield from _inputs(element)
    for inner in element.iter():
        namespace, local = parted(inner.tag)
        if namespace == ZEEBE and local == "assignmentDefinition":
            yield "assignee", plain(inner.get("assignee"))
            yield "users", plain(inner.get("candidateUsers"))
            yield "groups", plain(inner.get("candidateGroups"))
        elif local in _OWNERS:
            yield "owner", _owner(inner, resources)


def _inputs(element: Element) -> Iterator[tuple[str, str]]:
    """Give who is named by the data that a step begins with, as jBPM does: inputs ActorId and GroupId."""
    names = {
        plain(one.get("id")): plain(one.get("name")) for one in element.iter() if parted(one.tag)[1] == "dataInput"
    }
    for association in element:
        if parted(association.tag)[1] == "dataInputAssociation":
            said = {parted(inner.tag)[1]: plain(inner.text) for inner in association.iter()}
            kind = _INPUTS.get(names.get(said.get("targetRef", ""), ""))
            if kind is not None:
                yield kind, said.get("from", "")


def _owner(element: Element, resources: dict[str, str]) -> str:
    for inner in element.iter():
        _, local = parted(inner.tag)
        if local in ("formalExpression", "expression") and plain(inner.text):
            return plain(inner.text)
        if local == "resourceRef" and plain(inner.text):
            name = plain(inner.text)
            return resources.get(name, name.rpartition(":")[2])
    return plain(element.get("name"))
