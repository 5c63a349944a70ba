"""The printed documents of the county, D01 to D44, as they are declared in `documents.yaml`: plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.case import Case
from engine.texts import Text

EVERY_STEP = "*"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document: of which procedure, from when on, and what is printed.

    `once` are states one of which the case has been in; `steps` those whose decisions are recorded; `seals` those whose
    last decider signs. `beside` names what the procedures beside a project and its ledger tell, as tables;
    `in_words` are amounts that are written out. What has an `opening` is a letter: it goes to somebody under a red
    head (GB/T 9704); all others are forms, with a box for each step that signs, called as `sealed_as` or the step says.
    `numbered_by` is the field with the number an office gave it by hand; `due_in` a state whose deadline it tells.
    """

    code: str
    title: Text
    of: str
    once: tuple[str, ...]
    fields: tuple[str, ...]
    steps: tuple[str, ...]
    seals: tuple[str, ...]
    beside: tuple[str, ...] = ()
    in_words: tuple[str, ...] = ()
    opening: Text | None = None
    closing: Text | None = None
    sealed_as: Mapping[str, Text] = field(default_factory=dict)
    numbered_by: str = ""
    due_in: str = ""

    @property
    def is_letter(self) -> bool:
        """Whether it is written to somebody."""
        return self.opening is not None

    def number(self, year: int, seq: int) -> str:
        """Spell a document's number: its kind, the year in which it was first printed, its place in that year."""
        return f"QHZW-{self.code}-{year}-{seq:04}"

    def records(self, state: str) -> bool:
        """Say whether decisions in a state belong to the record of opinions."""
        return state in self.steps or EVERY_STEP in self.steps


def read_kinds(table: Mapping[str, Mapping[str, Any]]) -> dict[str, Kind]:
    """Read the declarations."""
    return {
        code: Kind(
            code,
            Text(**one["title"]),
            one["of"],
            tuple(one["once"]),
            tuple(one["fields"]),
            tuple(one["steps"]),
            tuple(one["seals"]),
            tuple(one.get("beside", ())),
            tuple(one.get("in_words", ())),
            **{part: Text(**one[part]) for part in ("opening", "closing") if part in one},
            sealed_as={state: Text(**text) for state, text in one.get("sealed_as", {}).items()},
            numbered_by=one.get("numbered_by", ""),
            due_in=one.get("due_in", ""),
        )
        for code, one in table.items()
    }


def offered(kinds: Iterable[Kind], case: Case) -> list[Kind]:
    """Give the kinds that can be printed of a case as it stands."""
    been = {*case.visits, case.state}
    return [kind for kind in kinds if kind.of == case.definition and been.intersection(kind.once)]
