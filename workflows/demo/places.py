"""Where a demo project stands in the county and in time: who its people are, and which day each step falls on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from engine.calendar import WorkingCalendar
from workflows.demo.county import Expert

FEN_PER_WAN = 1_000_000
THOUSAND_FEN = 100_000
"""Money comes in whole thousands of yuan, as officials write it."""

REPORT_EVERY = 21
"""Working days between two monthly reports."""

OPENING = time(9, 5)
MINUTES_BETWEEN = 21
MINUTES_APART = 17

TIERS = ((30, "T1"), (100, "T2"), (200, "T3"))
"""Upper bounds of the tiers in units of ten thousand yuan; above them T4."""

SEAT = "seat:"
PANEL_SIZES = {"T1": 3, "T2": 5, "T3": 7, "T4": 7}
SPECIALTIES = {
    3: ("main", "finance", "business"),
    5: ("main", "main", "security", "finance", "business"),
    7: ("main", "main", "data", "security", "finance", "network", "business"),
}
MAIN_SPECIALTY = {"software": "software", "hardware": "software", "network": "network", "data": "data"}


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the demo as written in `projects.yaml`."""

    data: Mapping[str, Any]
    township_name: str

    @property
    def id(self) -> str:
        """Its number without the year: `T01-0001`."""
        return str(self.data["id"])

    @property
    def township(self) -> str:
        """The id of its township."""
        return self.id.partition("-")[0]

    @property
    def unit(self) -> str:
        """The id of the office that applies."""
        return f"{self.township}-{self.data['office']}"

    @property
    def number(self) -> int:
        """Its number in the county."""
        return int(self.id.partition("-")[2])

    @property
    def amount(self) -> int:
        """What it costs, in fen."""
        return fen(self.data["amount"])

    @property
    def tier(self) -> str:
        """Its tier by amount."""
        return next((tier for below, tier in TIERS if self.amount < below * FEN_PER_WAN), "T4")

    @property
    def money(self) -> tuple[int, int, int]:
        """Received, contracted and paid, in fen."""
        received, contracted, paid = (fen(amount) for amount in self.data.get("money", ("0", "0", "0")))
        return received, contracted, paid

    @property
    def come(self) -> Mapping[str, int]:
        """What has come of each source, in fen: enough for its part of what is paid, the rest to the first in order."""
        promised = {kind: fen(wan) for kind, wan in self.data["sources"].items()}
        received, _, paid = self.money
        come = {kind: -(-paid * part // self.amount // THOUSAND_FEN) * THOUSAND_FEN for kind, part in promised.items()}
        for kind, part in promised.items():
            come[kind] += min(part - come[kind], received - sum(come.values()))
        return come

    @property
    def is_seated(self) -> bool:
        """Whether its panel is drawn seat by seat (`seats.py`); older ones were typed into the project."""
        return bool(self.data.get("seated"))

    def get(self, key: str, usual: Any = None) -> Any:  # noqa: ANN401  # whatever the story says
        """Give a part of its story."""
        return self.data.get(key, usual)

    def pick(self, choices: Sequence[Any], salt: str = "") -> Any:  # noqa: ANN401  # one of them
        """Choose one, always the same for this project and salt."""
        return choices[drawn(self.id, salt) % len(choices)]


def fen(wan: str) -> int:
    """Give the fen of an amount in ten thousand yuan: `86.0`."""
    whole, _, part = str(wan).partition(".")
    return int(whole) * FEN_PER_WAN + int(part.ljust(6, "0") or "0")


def drawn(*words: str) -> int:
    """Give a number that follows from words alone."""
    return int.from_bytes(sha256("|".join(words).encode()).digest()[:6], "big")


def panel_of(project: Project, experts: Sequence[Expert]) -> tuple[list[Expert], list[Expert]]:
    """Draw the panel: its members, and those who were drawn but have a conflict and stay away."""
    main = MAIN_SPECIALTY[project.data["categories"][0]]
    pool = sorted(experts, key=lambda one: drawn(project.id, one.id))
    if project.is_seated:
        return [_awaited(project, number) for number in range(1, PANEL_SIZES[project.tier] + 1)], []
    members: list[Expert] = []
    kept_out: list[Expert] = []
    for wanted in SPECIALTIES[PANEL_SIZES[project.tier]]:
        specialty = main if wanted == "main" else wanted
        free = [one for one in pool if one.specialty == specialty and one not in members]
        kept_out += [one for one in free[:1] if project.township in one.conflicts and one not in kept_out]
        members.append(next(one for one in free if project.township not in one.conflicts))
    return members, kept_out


def _awaited(project: Project, number: int) -> Expert:
    """Give who will be drawn for a seat, before anybody knows: the play puts the person in the seat's place."""
    return Expert(seat_key(project.id, number), "", "", frozenset())


def seat_key(project: str, number: int) -> str:
    """Give the key of a seat of a project's panel; as a person's id it stands for whoever is drawn for it."""
    return f"{SEAT}{project}/{number}"


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of a project's way: who does what, with which form, so many working days after the step before."""

    who: str
    do: str
    form: str = ""
    wait: int = 0
    segment: str = ""
    turn: int = 0


def stops(project: Project, routes: Mapping[str, Any], panel: Sequence[str]) -> Iterator[Stop]:
    """Give the steps of a project's path; pauses are steps that nobody takes."""
    for segment in project.data["path"]:
        for step in routes[segment]:
            if project.tier in step.get("tiers", (project.tier,)):
                yield from _expanded(project, step, segment, panel)


def _expanded(project: Project, step: Mapping[str, Any], segment: str, panel: Sequence[str]) -> Iterator[Stop]:
    if "pause" in step:
        pause = step["pause"]
        yield Stop("", "", wait=project.get(pause, 0) if isinstance(pause, str) else pause, segment=segment)
    elif step.get("monthly"):
        months, rest = divmod(project.get("deliver", 0), REPORT_EVERY)
        for turn in range(months):
            yield Stop(step["who"], step["do"], step["form"], REPORT_EVERY, segment, turn)
        yield Stop("", "", wait=rest, segment=segment)
    elif step["who"] == "panel":
        for turn, expert in enumerate(panel[: project.get("scored", len(panel))]):
            yield Stop(expert, step["do"], step["form"], 1 - turn % 2, segment, turn)
    else:
        yield Stop(step["who"], step["do"], step.get("form", ""), step.get("wait", 0), segment)


@dataclass(frozen=True, slots=True)
class Days:
    """Working days counted back from today: `back(0)` is today, or the last working day before it."""

    calendar: WorkingCalendar
    now: datetime
    _days: list[date] = field(default_factory=list)

    def back(self, count: int) -> date:
        """Give the day so many working days back."""
        day = self._days[-1] - timedelta(days=1) if self._days else self.calendar.local_day(self.now)
        while len(self._days) <= count:
            if self.calendar.is_working(day):
                self._days.append(day)
            day -= timedelta(days=1)
        return self._days[count]

    def moment(self, day: date, turn: int, project: Project) -> datetime:
        """Give the moment of the day's step number `turn`; projects are a few minutes apart."""
        minutes = MINUTES_BETWEEN * turn + drawn(project.id) % MINUTES_APART
        opening = datetime.combine(day, OPENING, self.calendar.zone)
        return opening + timedelta(minutes=minutes)


def timed(project: Project, way: Sequence[Stop], days: Days) -> list[tuple[Stop, datetime]]:
    """Put a day and a moment to every step, counted back from how long the project stands where it stands."""
    left = project.data["age"] + sum(stop.wait for stop in way)
    moments: list[tuple[Stop, datetime]] = []
    turn, last = 0, None
    for stop in way:
        left -= stop.wait
        day = days.back(left)
        turn = turn + 1 if day == last else 0
        last = day
        if stop.do:
            moments.append((stop, days.moment(day, turn, project)))
    return moments
