"""What figures are counted from: one reader's projects and what stands beside them, each read once."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from engine.case import Case
from engine.definition import ActionKind, Definition, State
from workflows.funds.papers import PROJECT, lines_of
from workflows.guards.reading import number_in, text_in
from workflows.reports.figures import figure
from workflows.reports.ground import Ground, Move, Wanted
from workflows.reports.lines import Index

WITHOUT_PROJECTS = frozenset({"void"})
"""Where a case is no project."""


class Basis:
    """The projects that were wanted, with their moves, and other cases by what they name."""

    def __init__(self, index: Index, wanted: Wanted) -> None:
        """Count from the cases of an index."""
        self.index = index
        self.wanted = wanted

    @property
    def ground(self) -> Ground:
        """Give what is there."""
        return self.index.ground

    @property
    def definition(self) -> Definition:
        """Give the procedure of projects."""
        return self.ground.definition(PROJECT)

    @cached_property
    def projects(self) -> tuple[Case, ...]:
        """The projects begun in the year wanted (all, when none is)."""
        found = self.ground.cases(PROJECT) if self.ground.knows(PROJECT) else ()
        year = self.wanted.year
        return tuple(
            case for case in found if case.state not in WITHOUT_PROJECTS and year in (None, self.opened(case).year)
        )

    @cached_property
    def by_township(self) -> Mapping[str, list[Case]]:
        """The projects by township, in the order of the townships' ids."""
        found: dict[str, list[Case]] = {}
        for case in self.projects:
            found.setdefault(self.ground.township(case.unit), []).append(case)
        return dict(sorted(found.items()))

    @cached_property
    def by_year(self) -> Mapping[int, list[Case]]:
        """The projects by the year in which they were begun."""
        found: dict[int, list[Case]] = {}
        for case in self.projects:
            found.setdefault(self.opened(case).year, []).append(case)
        return dict(sorted(found.items()))

    @cached_property
    def moves(self) -> Mapping[str, list[Move]]:
        """The stays of each project in its steps, by the project's id, in order."""
        found: dict[str, list[Move]] = {}
        for move in self.ground.moves(PROJECT) if self.ground.knows(PROJECT) else ():
            found.setdefault(move.case, []).append(move)
        return found

    def opened(self, case: Case) -> date:
        """Give the local day a case was begun on."""
        return self.ground.day(case.opened_at)

    def entered(self, case: Case) -> date:
        """Give the local day a case came to where it is."""
        return self.ground.day(case.entered_at)

    def cases(self, key: str) -> tuple[Case, ...]:
        """Give the cases of another procedure; none where the county does not run it."""
        return tuple(self.ground.cases(key)) if self.ground.knows(key) else ()

    def beside(self, key: str, project: Case, field: str = "project") -> list[Case]:
        """Give the cases of a procedure that name a project; terminated ones count for nothing."""
        named = self.index.naming(key, field, project.code) if self.ground.knows(key) else []
        return [one for one in named if not one.is_terminated]

    def state(self, case: Case) -> State | None:
        """Give the step a case is in; None where its procedure no longer has it."""
        return self.ground.definition(case.definition, case.version).states.get(case.state)

    def phase(self, case: Case) -> str:
        """Name the phase a case is in."""
        state = self.state(case)
        return state.phase if state is not None else ""

    def title(self, case: Case) -> str:
        """Give the name of a project."""
        return text_in(case.data, "name") or case.code

    def outcome(self, move: Move) -> ActionKind | None:
        """Say how a step ended: onward, returned, turned down; None while it lasts or where nobody ended it."""
        if move.left is None:
            return None
        state = self.ground.definition(PROJECT, move.version).states.get(move.state)
        if state is None:
            return None
        taken = state.actions.get(move.action)
        if taken is not None and move.to in {target.state for target in taken.to}:
            return taken.kind
        leading = (one for one in state.actions.values() if move.to in {target.state for target in one.to})
        return next((one.kind for one in leading), None)

    def reviewed_budget(self, project: Case) -> tuple[int, int]:
        """Give what was submitted and what was approved of a project's budget, in fen; 0 where nothing was."""
        reviewed = next((one for one in self.beside("budget", project) if one.state == "approved"), None)
        if reviewed is not None:
            return number_in(reviewed.data, "submitted"), number_in(reviewed.data, "total")
        return number_in(project.data, "budget_submitted"), number_in(project.data, "budget_total")

    def spent(self, project: Case) -> int:
        """Give what was paid for a project, in fen: by its ledger, else as settled."""
        booked = figure("spent", self.ground.books(project.code), {})
        return int(booked or 0) or number_in(project.data, "settlement_amount")

    def plan_of_money(self, project: Case) -> dict[str, int]:
        """Give the sources a project's money is planned from, in fen by kind: as they stand, else as wished for."""
        found: dict[str, int] = {}
        for row in lines_of(project.data, "funding_sources"):
            if text_in(row, "standing") != "refused":
                kind = text_in(row, "kind")
                found[kind] = found.get(kind, 0) + number_in(row, "promised")
        if not found:
            for row in lines_of(project.data, "source_wishes"):
                kind = text_in(row, "kind")
                found[kind] = found.get(kind, 0) + number_in(row, "wished")
        return {kind: amount for kind, amount in found.items() if amount}
