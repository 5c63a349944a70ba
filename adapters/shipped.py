"""Reads what `workflows/` ships: definitions as text, tables and demo data as loaded YAML."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import yaml

from workflows.shipped import DEFINITIONS, DEMO, POLICIES, ROLES, SOURCED_POLICIES, TEXTS

_PACKAGE = "workflows"
KEY = "workflow"
LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader of YAML, in C where there is one: eight times as quick, which the start of the service is made of."""


def source(name: str) -> str:
    """Give the text of a file of the package, named as in `workflows/shipped.py`."""
    return files(_PACKAGE).joinpath(name).read_text("utf-8")


def definitions() -> tuple[tuple[str, str], ...]:
    """Give the shipped definitions as file name and source, to be published through the loader."""
    return tuple((name, source(name)) for name in DEFINITIONS)


def key_of(source: str) -> str:
    """Give the key of a definition by its text alone, without reading the rest of it."""
    told = (event.value for event in yaml.parse(source, Loader=LOADER) if isinstance(event, yaml.ScalarEvent))
    while next(told) != KEY:
        pass
    return str(next(told))


@cache
def table(name: str) -> Any:  # noqa: ANN401  # whatever the YAML file holds
    """Give a shipped YAML file, loaded; every caller gets the same value and leaves it as it is."""
    return yaml.load(source(name), Loader=LOADER)  # noqa: S506  # the safe loader, in C where there is one


def roles() -> dict[str, Any]:
    """Give the roles by code, each with its title and `held_in`."""
    return dict(table(ROLES))


def role_codes() -> frozenset[str]:
    """Give the codes of all roles, as the loader wants them."""
    return frozenset(table(ROLES))


def policies() -> dict[str, Any]:
    """Give the policies a new county starts with."""
    return {**table(POLICIES), **{one["key"]: one["value"] for name in SOURCED_POLICIES for one in table(name)}}


@cache
def policy_notes() -> Mapping[str, Any]:
    """Give what the rules say of their policies by key: title and source as `{zh, en}`, mark."""
    return {one["key"]: one for name in SOURCED_POLICIES for one in table(name)}


def sentences() -> dict[str, dict[str, str]]:
    """Give every sentence of the package by code, as `{zh, en}`."""
    return {code: pair for name in TEXTS for code, pair in table(name).items()}


def demo() -> dict[str, Any]:
    """Give the demonstration's data by name, as `workflows.demo.script.play` takes it."""
    return {name: table(file) for name, file in DEMO.items()}


def digest(text: str) -> str:
    """Give the SHA-256 of a source, as editions carry it."""
    return sha256(text.encode()).hexdigest()


def marks() -> tuple[str, ...]:
    """Give the marks that have a name, to be put on a case by a ladder."""
    return tuple(table("texts/marks.yaml"))
