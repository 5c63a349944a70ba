"""Is a definition sound? What can be proved of it before the first case, in milliseconds.

`examine` follows every way through the states, without judging conditions (except the plain ones of `evidence.py`): a
way that a guard would close counts as open. So what it calls sound is sound; what it calls unsound may be closed by a
guard, and is better written plainly.
"""

from dataclasses import dataclass

from engine.definition import Definition
from engine.problem import Problem
from engine.soundness.choosing import choosing, may_find_nobody
from engine.soundness.data import assignments, data
from engine.soundness.flow import Flow
from engine.soundness.looks import apart, explore
from engine.soundness.proofs import endings, impossible, invariants, never_begins, system_loops, unreached
from engine.soundness.proofs import notes as plainly
from engine.soundness.rules import notes, same_persons
from engine.soundness.separation import separation
from engine.soundness.spots import Space
from engine.soundness.structure import structure
from engine.soundness.tables import tables, undecided
from engine.soundness.votes import votes


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
    looks = tuple(look for look in (space, apart(space)) if look is not None)
    lacking = (*data(flow), *choosing(flow))
    closer = () if shape or lacking else next(filter(None, (_closer(flow, look) for look in looks)), ())
    rules = (*invariants(flow, looks), *same_persons(flow))
    values = (*tables(definition), *assignments(definition))
    problems = (*shape, *closer, *votes(definition), *lacking, *separation(flow), *values, *sorted(rules, key=_line))
    return Verdict(problems, (*notes(flow), *may_find_nobody(flow), *undecided(definition), *plainly(looks)))


def _closer(flow: Flow, space: Space) -> tuple[Problem, ...]:
    """Give what the spots show: what keeps cases from their end, else what nobody can ever do."""
    found = tuple(never_begins(space)) or (*unreached(flow, space), *endings(space), *system_loops(space))
    return found or tuple(impossible(space))


def _line(problem: Problem) -> int:
    return int(problem.path.removeprefix("always[").removesuffix("]"))
