"""Everything there is to say about the source of a definition, in one go: form first, then meaning."""

from dataclasses import dataclass, replace

from engine.definition import Definition
from engine.guards import GuardBook
from engine.loading.definitions import load_with_lines
from engine.problem import DefinitionErrors, Problem
from engine.soundness import examine


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


def check(source: str, *, file: str, book: GuardBook, version: int = 0, roles: frozenset[str] | None = None) -> Checked:
    """Load and examine a definition; every problem carries file and line."""
    try:
        definition, line = load_with_lines(source, file=file, book=book, version=version, roles=roles)
    except DefinitionErrors as errors:
        return Checked(None, errors.problems)
    verdict = examine(definition)

    def placed(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
        return tuple(replace(problem, file=file, line=line(problem.path)) for problem in problems)

    return Checked(definition, placed(verdict.problems), placed(verdict.notes))
