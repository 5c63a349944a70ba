"""The demonstration county as values: units, people with their roles, experts. Made from `county.yaml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.facts import Unit

COUNTY_KIND, BODY_KIND, TOWNSHIP_KIND, OFFICE_KIND = "county", "department", "township", "office"
OUTSIDE_KIND = "external"


@dataclass(frozen=True, slots=True)
class Post:
    """An account of the demo. `roles` are pairs of role and unit id; `id` is also the name to sign in with."""

    id: str
    name: str
    unit: str
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Expert:
    """An expert of the pool: `conflicts` are ids of townships they may not judge."""

    id: str
    specialty: str
    employer: str
    conflicts: frozenset[str]


@dataclass(frozen=True, slots=True)
class County:
    """All of the organisation. `people` are the accounts, `people_of` counts each township's residents."""

    units: tuple[Unit, ...]
    people: tuple[Post, ...]
    experts: tuple[Expert, ...]
    township_names: Mapping[str, str]
    people_of: Mapping[str, int]


def county(data: Mapping[str, Any]) -> County:
    """Build the county from its loaded YAML."""
    experts = tuple(Expert(f"e{id[1:]}", line[0], line[1], frozenset(line[2:])) for id, line in data["experts"].items())
    return County(
        units=tuple(_units(data)),
        people=(*_township_posts(data), *_county_posts(data), *_outside_posts(data), *_expert_posts(data, experts)),
        experts=experts,
        township_names={id: one["name"] for id, one in data["townships"].items()},
        people_of={id: one["people"] for id, one in data["townships"].items()},
    )


def _units(data: Mapping[str, Any]) -> Iterator[Unit]:
    root = data["county"]["id"]
    top = f"{root}/"
    yield Unit(root, COUNTY_KIND, data["county"]["name"], None, top, data["county"]["head"])
    for id, body in data["bodies"].items():
        yield Unit(id, BODY_KIND, body["name"], root, f"{top}{id}/", body["head"])
    pool = data["pool"]
    yield Unit(pool["id"], BODY_KIND, pool["name"], root, f"{top}{pool['id']}/")
    for id, township in data["townships"].items():
        path, who = f"{top}{id}/", id.lower()
        yield Unit(id, TOWNSHIP_KIND, township["name"], root, path, f"{who}-leader")
        for office, name in data["offices"].items():
            own = f"{id}-{office}"
            yield Unit(own, OFFICE_KIND, f"{township['name']}{name}", id, f"{path}{own}/", f"{who}-head")
    for id, name in data["outside"].items():
        yield Unit(id, OUTSIDE_KIND, name, None, f"{id}/")


def _township_posts(data: Mapping[str, Any]) -> Iterator[Post]:
    for id, township in data["townships"].items():
        for short, post in data["posts"].items():
            offices = [(role, f"{id}-{office}") for role in post.get("office_roles", ()) for office in data["offices"]]
            roles = (*offices, *((role, id) for role in post["township_roles"]))
            yield Post(f"{id.lower()}-{short}", f"{post['name']}·{township['name']}", f"{id}-{post['home']}", roles)


def _county_posts(data: Mapping[str, Any]) -> Iterator[Post]:
    root = data["county"]["id"]
    for id, post in data["county_posts"].items():
        yield Post(id, post["name"], post["home"], ((post["role"], root),))


def _outside_posts(data: Mapping[str, Any]) -> Iterator[Post]:
    for id, post in data["outside_posts"].items():
        yield Post(id, post["name"], post["home"], tuple(post["roles"].items()))


def _expert_posts(data: Mapping[str, Any], experts: tuple[Expert, ...]) -> Iterator[Post]:
    for expert in experts:
        name = f"{data['pool']['person']}{expert.id.upper()}"
        yield Post(expert.id, name, data["pool"]["id"], (("expert", data["county"]["id"]),))
