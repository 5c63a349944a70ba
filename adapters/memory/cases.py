"""All cases in memory, found by id, by code and by definition."""

from collections.abc import Iterable

from msgspec import Struct, field

from engine.case import Case


class CaseShelf(Struct):
    """Cases as they are now. A case put again takes the place of what it was."""

    by_id: dict[str, Case] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, dict[str, Case]] = field(default_factory=dict)

    def put(self, case: Case) -> None:
        """Keep a case."""
        self.by_id[case.id] = case
        self.ids[case.code] = case.id
        self.definitions.setdefault(case.definition, {})[case.id] = case

    def get(self, case_id: str) -> Case | None:
        """Find a case by id."""
        return self.by_id.get(case_id)

    def by_code(self, code: str) -> Case | None:
        """Find a case by code."""
        return self.by_id.get(self.ids.get(code, ""))

    def of(self, definition: str) -> Iterable[Case]:
        """Give the cases of a definition, oldest first."""
        return self.definitions.get(definition, {}).values()
