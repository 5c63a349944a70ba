"""People from a table into accounts. Roles are not among it: they are the security administrator's to give."""

from dataclasses import asdict, replace

from adapters.sql.directory import Person
from adapters.sql.office_log import By
from service.administering import against_account, change_person, create_person
from service.assembly import Assembly
from service.office_tables import Cells, OfficeTable, UnitNames, Verdict

COLUMNS = ("username", "name", "unit", "email", "phone")


class _Judge:
    """Judges rows by the organisation as it is, and by the rows before."""

    def __init__(self, assembly: Assembly) -> None:
        self.directory, self.language = assembly.organisation.now(), assembly.language
        self.known = {one.username.casefold(): one for one in self.directory.people.values()}
        self.units = UnitNames(self.directory)

    def __call__(self, cells: Cells) -> Verdict[Person]:
        """Give the account as the row wants it; what the table has no column for stays."""
        username = cells["username"]
        before = self.known.get(username.casefold())
        known = before or Person(username, username, "", "", "", "", self.language, enabled=True)
        person = replace(
            known,
            name=cells["name"],
            unit=self.units.id_of(cells["unit"]),
            email=cells.get("email", known.email),
            phone=cells.get("phone", known.phone),
        )
        reasons = [*against_account(self.directory, person), *self.units.several(cells["unit"], "unit")]
        return Verdict(person, before, reasons)


def _take(assembly: Assembly, by: By, person: Person, before: Person | None) -> str:
    if before is None:
        return create_person(assembly, by, person)
    change_person(assembly, by, person)
    return ""


def _cells(person: Person) -> Cells:
    return {name: str(value) for name, value in asdict(person).items()}


PEOPLE = OfficeTable(
    "people", COLUMNS, COLUMNS[:3], COLUMNS[:1], _Judge, _cells, lambda one: (one.name, one.username), _take
)
