"""Is a definition sound? What can be proved of it before the first case, in milliseconds.

`examine` follows every way through the states, without judging conditions (except the plain ones of `evidence.py`): a
way that a guard would close counts as open. So what it calls sound is sound; what it calls unsound may be closed by a
guard, and is better written plainly.
"""

from dataclasses import dataclass

from engine.definition import Definition
from engine.problem import Problem
from engine.soundness.choosing import choosing, may_find_nobody
from engine.soundness.data import data
from engine.soundness.flow import Flow
from engine.soundness.proofs import endings, invariants, system_loops, unreached
from engine.soundness.proofs import notes as plainly
from engine.soundness.rules import notes, same_persons, votes
from engine.soundness.separation import separation
from engine.soundness.space import explore
from engine.soundness.structure import structure
from engine.soundness.tables import tables, undecided


@dataclass(frozen=True, slots=True)
class Verdict:
    """Problems keep a definition from being published; notes say what is left to the engine at run time."""

    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    @property
    def is_sound(self) -> bool:
        """Whether it may be published."""
        return not self.problems


def examine(definition: Definition) -> Verdict:
    """Judge a loaded definition."""
    flow = Flow(definition)
    shape = tuple(structure(flow))
    space = explore(definition)
    lacking = tuple(data(flow))
    ends = () if lacking else tuple(endings(space))
    closer = () if shape else (*unreached(flow, space), *ends, *system_loops(space))
    rules = (*invariants(flow, space), *same_persons(flow))
    people = (*choosing(flow), *separation(flow), *tables(definition))
    problems = (*shape, *closer, *votes(definition), *lacking, *people, *sorted(rules, key=_line))
    return Verdict(problems, (*notes(flow), *may_find_nobody(flow), *undecided(definition), *plainly(space)))


def _line(problem: Problem) -> int:
    return int(problem.path.removeprefix("always[").removesuffix("]"))
