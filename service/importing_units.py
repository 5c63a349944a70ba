"""Units from a table: a unit stands below one that is there, or that an earlier row adds."""

from dataclasses import replace

from msgspec.structs import replace as with_

from adapters.sql.office_log import By
from engine.facts import Unit
from service.administering import UNIT_KINDS, against_unit, keep_unit, placed
from service.assembly import Assembly
from service.office_tables import Cells, OfficeTable, UnitNames, Verdict
from service.texts import LANGUAGES

COLUMNS = ("id", "unit_name", "kind", "parent", "head")


class _Judge:
    """Judges rows by the organisation as it is with the units of the rows before."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly, self.directory = assembly, assembly.organisation.now()
        self.units = UnitNames(self.directory)
        words = assembly.catalogue.text
        self.kinds = {str(words(one, f"people.kind.{kind}")): kind for one in LANGUAGES for kind in UNIT_KINDS}

    def __call__(self, cells: Cells) -> Verdict[Unit]:
        """Give the unit as the row wants it; without a column for heads, the head stays."""
        id, parent = cells["id"], cells.get("parent", "")
        before = self.directory.units.get(id)
        head = cells.get("head", (before and before.head) or "") or None
        kind = self.kinds.get(cells["kind"], cells["kind"])
        wanted = Unit(id, kind, cells["unit_name"], self.units.id_of(parent) or None, "", head)
        unit = placed(self.directory, wanted)
        reasons = against_unit(self.assembly, self.directory, unit) + self.units.several(parent, "parent")
        reasons = [replace(one, where="unit_name") if one.where == "name" else one for one in reasons]
        if not reasons:
            self.directory = with_(self.directory, units={**self.directory.units, id: unit})
            self.units.add(id, unit.name)
        return Verdict(unit, before, reasons)


def _take(assembly: Assembly, by: By, unit: Unit, before: Unit | None) -> str:
    del before
    keep_unit(assembly, by, unit)
    return ""


def _cells(unit: Unit) -> Cells:
    return {
        "id": unit.id,
        "unit_name": unit.name,
        "kind": unit.kind,
        "parent": unit.parent or "",
        "head": unit.head or "",
    }


UNITS = OfficeTable("units", COLUMNS, COLUMNS[:3], COLUMNS[:1], _Judge, _cells, lambda one: (one.name, one.id), _take)
