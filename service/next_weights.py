"""Weights for the next call, as results propose them: read for one reader, and taken over by a leader with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adapters.sql.directory import Directory
from adapters.sql.office_log import By
from adapters.sql.reads.cases import Scope
from adapters.sql.statements import Connection
from engine.calendar import add_months
from engine.refusal import Refusal, Refused
from engine.values import Json
from service.administering import decide_policy
from service.assembly import Assembly
from service.reporting import Asked, Desk
from service.web.views.reader import Reader
from workflows.figures.weights import Result, proposal, results
from workflows.guards.reading import Row, lines_in, text_in
from workflows.screening.next_weights import Proposed
from workflows.screening.rubric import STANDARD_WEIGHTS

REPORT = "R-32"
APART_MONTHS = 12
"""Results move the weights once a year: the limit of a year is one of each step."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed as of a moment, criterion by criterion, and the projects that it rests on.

    `rows` are the weights and scales of now, as the policy holds them. `not_before` is the first day from which the
    proposal may hold.
    """

    lines: Sequence[Proposed]
    rests_on: Sequence[Result]
    rows: Sequence[Row]
    not_before: date
    as_of: datetime

    @property
    def weights(self) -> dict[str, int]:
        """The proposed weights by criterion."""
        return {one.criterion: one.proposed for one in self.lines}

    @property
    def is_change(self) -> bool:
        """Whether any weight is to move."""
        return any(one.change for one in self.lines)


def read_proposal(assembly: Assembly, connection: Connection, scope: Scope, reader: Reader) -> Proposal:
    """Propose the next weights from the projects that a reader sees, as of now."""
    basis = Desk(connection, assembly.library, reader, scope).basis(Asked(REPORT))
    not_before = _not_before(reader.rendering.directory, basis.ground.today)
    rows = lines_in(basis.ground.policy(STANDARD_WEIGHTS))
    return Proposal(proposal(basis), results(basis), rows, not_before, reader.now)


def _not_before(directory: Directory, today: date) -> date:
    """Give today, or the day a year after the weights were last changed; what a county began with is no change."""
    changed = [day for day, _ in directory.policies.get(STANDARD_WEIGHTS, ())][1:]
    return max([today, *(add_months(day, APART_MONTHS) for day in changed)])


def adopt(assembly: Assembly, by: By, found: Proposal, seen: Mapping[str, int], from_on: date) -> None:
    """Let the weights that somebody saw proposed hold for calls that are begun from a day on.

    Calls that were begun before keep theirs. Raises `Refused` where nothing is proposed, results or weights have
    changed since it was seen, the last change is less than a year ago, the day is past, or there is no reason.
    """
    reasons = [] if found.is_change else [Refusal("weights.nothing", "weights")]
    if found.is_change and dict(seen) != found.weights:
        reasons.append(Refusal("weights.changed", "weights"))
    if from_on < found.not_before:
        reasons.append(Refusal("weights.too_soon", "from", {"day": str(found.not_before)}))
    if reasons:
        raise Refused(*reasons)
    rows: list[Json] = [{**row, "weight": found.weights[text_in(row, "criterion")]} for row in found.rows]
    decide_policy(assembly, by, STANDARD_WEIGHTS, from_on, rows)
