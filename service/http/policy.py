"""The policy file as values: which roles may call which route, and who sees which item."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from adapters.shipped import LOADER
from engine.sensitive import Sensitive

FILE = Path(__file__).resolve().parents[1] / "policy.yaml"
EVERYONE, SIGNED_IN = "everyone", "signed_in"

Row = Literal["item", "code", "task", "file"]
"""What a path may name: an item by its id or by its code, a task, a file."""
Route = tuple[str, str]
"""Method and path template, such as `("GET", "/api/v1/items/{item_id}")`."""


class PolicyError(ValueError):
    """The policy file and the routes do not fit; the message says what to mend."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call a route. `roles` is None where every signed-in person may; `row` says whose row it names."""

    is_open: bool
    roles: frozenset[str] | None
    row: Row | None = None

    def allows(self, roles: Iterable[str]) -> bool:
        """Say whether one of a signed-in person's roles is enough."""
        return self.is_open or self.roles is None or not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole file. `oversight` are the roles that see all below the unit in which they are held.

    `whole_for` are the roles that see numbers of a kind whole; `places` the fields of definitions that hold such a
    number without saying so themselves.
    """

    rules: Mapping[Route, Rule]
    oversight: frozenset[str]
    groups: Mapping[str, frozenset[str]]
    whole_for: Mapping[Sensitive, frozenset[str]]
    places: Mapping[str, Mapping[str, Sensitive]]

    def check(self, routes: Iterable[Route]) -> None:
        """Compare with the routes that exist; raises PolicyError for any without a rule, or a rule without route."""
        existing = set(routes)
        undeclared = [f"{method} {path} has no rule" for method, path in sorted(existing - self.rules.keys())]
        stale = [f"{method} {path} does not exist" for method, path in sorted(self.rules.keys() - existing)]
        if undeclared or stale:
            raise PolicyError(f"{FILE.name}:\n" + "\n".join([*undeclared, *stale]))


@cache
def load_policy(file: Path = FILE) -> Policy:
    """Read the file, once in a process; raises PolicyError when it does not hold what it should."""
    content = yaml.load(file.read_text("utf-8"), Loader=LOADER)  # noqa: S506  # a safe one
    groups = {name: frozenset(roles) for name, roles in content["groups"].items()}
    rules = dict(_rule(name, entry, groups) for name, entry in content["routes"].items())
    numbers = {Sensitive(kind): entry for kind, entry in content["numbers"].items()}
    whole_for = {kind: _roles(entry["whole_for"], groups) for kind, entry in numbers.items()}
    return Policy(rules, frozenset(content["sight"]["oversight"]), groups, whole_for, _places(numbers))


def _roles(names: Iterable[str], groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*(groups.get(name, {name}) for name in names))


def _places(numbers: Mapping[Sensitive, Mapping[str, Any]]) -> dict[str, dict[str, Sensitive]]:
    found: dict[str, dict[str, Sensitive]] = {}
    for kind, entry in numbers.items():
        for definition, places in entry["fields"].items():
            found.setdefault(definition, {}).update(dict.fromkeys(places, kind))
    return found


def _rule(name: str, entry: Mapping[str, Any], groups: Mapping[str, frozenset[str]]) -> tuple[Route, Rule]:
    method, _, path = name.partition(" ")
    row = entry.get("row")
    known = frozenset[str]().union(*groups.values())
    unknown = [each for each in entry["allow"] if each not in {EVERYONE, SIGNED_IN, *groups, *known}]
    if unknown or entry.keys() - {"allow", "row"} or row not in {None, *get_args(Row)}:
        raise PolicyError(f"{FILE.name}: {name}: {entry} names something that is not known: {unknown or 'a key'}")
    allowed = entry["allow"]
    roles = None if SIGNED_IN in allowed else _roles(allowed, groups)
    return (method, path), Rule(EVERYONE in allowed, roles, row)
