"""Roles from a table: who holds which in which unit. Those that are not in the table stay as they are."""

from dataclasses import replace
from typing import NamedTuple

from msgspec.structs import replace as with_

from adapters import shipped
from adapters.sql.directory import Membership
from adapters.sql.office_log import By
from engine.refusal import Refusal
from service.administering import against_role, give_role
from service.assembly import Assembly
from service.office_tables import Cells, OfficeTable, UnitNames, Verdict

COLUMNS = ("username", "role", "in")


class Held(NamedTuple):
    """Somebody's role in a unit."""

    user: str
    role: str
    unit: str
    person: str


class _Judge:
    """Judges rows by the roles as they are with those of the rows before."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly, self.directory = assembly, assembly.organisation.now()
        self.units = UnitNames(self.directory)
        self.people = {one.username.casefold(): one for one in self.directory.people.values()}
        titles = ((code, title) for code, role in shipped.roles().items() for title in role["title"].values())
        self.roles = {title: code for code, title in titles}

    def __call__(self, cells: Cells) -> Verdict[Held]:
        """Give the role as the row wants it; without a unit, in that of the person."""
        person = self.people.get(cells["username"].casefold())
        where = cells.get("in", "")
        wanted = Membership(
            self.roles.get(cells["role"], cells["role"]), self.units.id_of(where) or (person.unit if person else "")
        )
        user, name = (person.id, person.name) if person else (cells["username"], "")
        held = Held(user, wanted.role, wanted.unit, name)
        before = self.directory.memberships.get(held.user, ())
        is_there = wanted in before
        reasons = [] if person else [Refusal("user.unknown", "username", {"where": cells["username"]})]
        reasons += [] if is_there else against_role(self.assembly, self.directory, held.user, wanted)
        reasons += self.units.several(where, "in")
        reasons = [replace(one, where="in") if one.where == "unit" else one for one in reasons]
        if not reasons and not is_there:
            memberships = {**self.directory.memberships, held.user: (*before, wanted)}
            self.directory = with_(self.directory, memberships=memberships)
        return Verdict(held, held if is_there else None, reasons)


def _take(assembly: Assembly, by: By, held: Held, before: Held | None) -> str:
    del before
    give_role(assembly, by, held.user, held.role, held.unit)
    return ""


def _cells(held: Held) -> Cells:
    return {"username": held.user, "role": held.role, "in": held.unit}


ROLES = OfficeTable("roles", COLUMNS, COLUMNS[:2], COLUMNS, _Judge, _cells, lambda one: (one.person, one.user), _take)
