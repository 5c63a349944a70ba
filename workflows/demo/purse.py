"""The money of one of the demo's projects: what comes from where, and the cases that stand beside the project."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.calendar import WorkingCalendar
from workflows.demo.places import Project, fen
from workflows.demo.scenes import Paper
from workflows.funds.shares import Share

OWN, HIGHER = frozenset({"county_budget", "township_own"}), "higher_grant"
STATES = frozenset(
    {"approved", "implementing", "prelim_acceptance", "trial_run", "final_rectify", "settlement", "suspended"}
)
"""Where a project stands whose money is told; closed ones would need their surplus returned as well."""

AFTERNOON = time(13, 40)
MINUTES_APART = 7
LINES = (("1", "development"), ("2", "equipment"))
PREFIXES = {"own": "FN5", "grant": "FN1", "budget": "YS", "contract": "HT", "payment": "BF", "account": "ZH"}
DEFINITIONS = {
    "own": "own-funds",
    "grant": "grant",
    "budget": "budget",
    "account": "special-account",
    "contract": "contract",
    "payment": "payment",
    "receipt": "receipt",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """A case beside a project (or a township's account): its procedure, code and unit."""

    definition: str
    code: str
    unit: str


@dataclass(frozen=True, slots=True)
class Deed:
    """One step of money: who does what in which case, so many working days after the segment's first day."""

    item: str
    who: str
    do: str
    form: Mapping[str, Any]
    after: int


@dataclass(frozen=True)
class Purse:
    """A project's money: what of it comes from where, and the codes of what stands beside it."""

    project: Project
    days: Mapping[str, date]
    words: Mapping[str, Any]
    calendar: WorkingCalendar

    @property
    def is_told(self) -> bool:
        """Whether the project's money is told as cases."""
        own = {*self.project.data["sources"]}
        return self.project.data["stands"] in STATES and own <= OWN | {HIGHER} and "money" in self.project.data

    @property
    def year(self) -> int:
        """The fiscal year: that of the approval."""
        return self.days["approve.approve"].year

    @property
    def parts(self) -> Mapping[str, int]:
        """What each source gives, in fen: `own` and `grant`."""
        return _joined({kind: fen(wan) for kind, wan in self.project.data["sources"].items()})

    @property
    def come(self) -> Mapping[str, int]:
        """What has come of each, in fen; nothing is left out."""
        return {name: amount for name, amount in _joined(self.project.come).items() if amount}

    @property
    def beside(self) -> Mapping[str, Beside]:
        """Every case beside the project by its key, and the township's account."""
        project, found = self.project, {}
        kinds = [*self.parts, *("budget", "contract", "payment"), *(f"receipt-{name}" for name in self.come)]
        for kind in kinds:
            prefix = PREFIXES.get(kind, f"DZ-{kind.removeprefix('receipt-')}")
            code = f"{prefix}-{self.year}-{project.id}"
            found[self.key(kind)] = Beside(DEFINITIONS[kind.partition("-")[0]], code, project.unit)
        found[self.account] = Beside("special-account", f"ZH-{project.township}", f"{project.township}-GOV")
        return found

    @property
    def account(self) -> str:
        """The key of the township's account."""
        return f"{self.project.township}/account"

    def key(self, kind: str) -> str:
        """Give the key of a case beside the project."""
        return f"{self.project.id}/{kind}"

    def code(self, kind: str) -> str:
        """Give the code of a case beside the project."""
        return self.beside[self.key(kind)].code

    def shares(self) -> tuple[Share, ...]:
        """Give the budget: one line a source."""
        return tuple(
            Share(self.code(name), self.year, line, amount)
            for (name, amount), (line, _) in zip(self.parts.items(), LINES, strict=False)
        )

    def day(self, first: date, after: int) -> str:
        """Give the day so many working days after another, as text."""
        day = first
        while after:
            day += timedelta(days=1)
            after -= self.calendar.is_working(day)
        return day.isoformat()

    def paper(self, title: str, on: date) -> Paper:
        """Make a document about the money of the project."""
        name = self.words["papers"][title]
        return Paper(f"{name}-{self.project.id}.pdf", (name, self.project.data["name"], on.isoformat()))

    def moments(self, first: date, deeds: Sequence[Deed]) -> Iterator[tuple[datetime, Deed]]:
        """Put a moment to each deed: in the afternoon of its working day, one after the other."""
        day, passed = first, 0
        for turn, deed in enumerate(deeds):
            while passed < deed.after:
                day += timedelta(days=1)
                passed += self.calendar.is_working(day)
            opening = datetime.combine(day, AFTERNOON, self.calendar.zone)
            yield opening + timedelta(minutes=MINUTES_APART * (turn % 30)), deed


def _joined(by_kind: Mapping[str, int]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for kind, amount in by_kind.items():
        name = "own" if kind in OWN else "grant"
        found[name] = found.get(name, 0) + amount
    return found
