"""Everything there is to say about the source of a definition, in one go: form first, then meaning."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from engine.definition import Definition
from engine.guards import GuardBook
from engine.loading.definitions import load_with_lines
from engine.problem import DefinitionErrors, Problem
from engine.soundness import examine
from engine.soundness.staffing import Staff, Unstaffed, staffing


@dataclass(frozen=True, slots=True)
class Checked:
    """A source's definition (None when it can not be read), its problems, and notes that keep nothing from working."""

    definition: Definition | None
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether it may be published."""
        return not self.problems


Trying = Callable[[Definition], Iterable[Problem]]
"""Runs the tests that a definition carries; gives what does not come out."""


def check(  # what a definition is judged by
    source: str,
    *,
    file: str,
    book: GuardBook,
    version: int = 0,
    roles: frozenset[str] | None = None,
    trying: Trying | None = None,
    staff: Staff | None = None,
) -> Checked:
    """Load and examine a definition, and run its tests if it is sound; every problem carries file and line.

    With the organisation given (`staff`), it is asked besides whether somebody is there for every task.
    """
    try:
        definition, line = load_with_lines(source, file=file, book=book, version=version, roles=roles)
    except DefinitionErrors as errors:
        return Checked(None, errors.problems)
    verdict = examine(definition)

    def placed(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
        return tuple(replace(problem, file=file, line=line(problem.path)) for problem in problems)

    failed = tuple(trying(definition)) if trying is not None and not verdict.problems else ()
    missing = Unstaffed((), ()) if staff is None else staffing(definition, staff)
    problems, notes = (*verdict.problems, *failed, *missing.problems), (*verdict.notes, *missing.notes)
    return Checked(definition, placed(problems), placed(notes))
