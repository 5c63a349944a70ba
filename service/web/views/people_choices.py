"""People and units to choose among, in the order of the county's units."""

from collections.abc import Container

from adapters.sql.directory import Directory
from service.web.fields import Choice

OFFERED_MAX = 1000
"""Most people that are offered at once."""


def people_choices(directory: Directory, among: Container[str] | None = None, but: str = "") -> list[Choice]:
    """Offer the people whose accounts are open, unit by unit: all, or those `among` some ids."""
    people = [
        one for one in directory.people.values() if one.enabled and one.id != but and (among is None or one.id in among)
    ]
    ordered = sorted(people, key=lambda one: (directory.units[one.unit].path, one.name))
    return [Choice(one.id, one.name, group=directory.units[one.unit].name) for one in ordered[:OFFERED_MAX]]


def unit_choices(directory: Directory) -> list[Choice]:
    """Offer every unit, each after the one that it stands below."""
    return [Choice(one.id, one.name) for one in sorted(directory.units.values(), key=lambda one: one.path)]


def unit_tree(directory: Directory) -> list[Choice]:
    """Offer every unit as it stands in the tree."""
    units = sorted(directory.units.values(), key=lambda one: one.path)
    return [Choice(one.id, f"{'— ' * (one.path.count('/') - 1)}{one.name}") for one in units]
