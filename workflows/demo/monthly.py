"""Monthly progress reports of the demo's projects as procedures: begun, handed in with evidence, verified, accepted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from workflows.demo.places import Days, Project
from workflows.demo.purse import LINES, OWN, Beside
from workflows.demo.scenes import Paper
from workflows.demo.stories import Act
from workflows.progress import months, next_month

FIRST_AGO = 45
"""Reports are cases from the month on that lies so many working days back; earlier ones were typed."""

HOUR = time(16, 5)
MINUTES_APART = 3
OPENED, HANDED_IN, VERIFIED, SEEN = 1, 3, 4, 5
"""Working days of the next month on which a report is begun, handed in, verified, seen by the supervisor."""

LARGE = frozenset({"T3", "T4"})
WHOLE = 100
PERCENT_A_MONTH = 9
"""What a project in the midst of its building comes forward in a month."""

KINDS = ("minutes", "log", "test", "delivery")


def first_month(back: Days) -> str:
    """Give the first month whose reports are cases."""
    return f"{back.back(FIRST_AGO):%Y-%m}"


@dataclass(frozen=True, slots=True)
class Monthly:
    """The reports of one project. `days` are those of its steps; `words` are the phrases of delivery."""

    project: Project
    days: Mapping[str, date]
    words: Mapping[str, Any]
    back: Days

    @property
    def months(self) -> list[str]:
        """The months that have closed since its start and since reports are cases."""
        begun = self.days.get("begin.start")
        if begun is None or not self.project.get("reporting"):
            return []
        today = self.back.calendar.local_day(self.back.now)
        return [month for month in months(begun, today) if month >= first_month(self.back)]

    @property
    def beside(self) -> dict[str, Beside]:
        """Every report as a case, by its key."""
        return {
            self._key(month): Beside("progress-report", f"YB-{month}-{self.project.id}", self.project.unit)
            for month in self.months
        }

    def _key(self, month: str) -> str:
        return f"{self.project.id}/report-{month}"

    def acts(self) -> Iterator[Act]:
        """Give the steps of every report; the last one stops where the story says (`reporting`)."""
        found, before = self.months, 0
        for place, month in enumerate(found, 1):
            reached = self._reached(place, len(found))
            steps = self._steps(month, before, reached, is_first=place == 1)
            is_last = month == found[-1]
            yield from steps[: self.project.data["reporting"]] if is_last else steps
            before = reached

    def _reached(self, place: int, count: int) -> int:
        """Give the percent built by a report, the last one told last: all once the project asks for its acceptance."""
        if "request.save" in self.days:
            return WHOLE
        reached = int(self.project.get("progress", 0))
        return max(reached - PERCENT_A_MONTH * (count - place), reached * place // count)

    def _steps(self, month: str, before: int, reached: int, *, is_first: bool) -> list[Act]:
        plan = self._claims(reached)
        earlier = self._claims(before)
        risen = [name for name, percent in plan.items() if percent > earlier.get(name, 0)]
        papers = {name: self._paper(month, name) for name in risen}
        form = {
            "milestones": [{"milestone": name, "claimed": percent} for name, percent in plan.items()],
            "proofs": [
                {"milestone": name, "kind": KINDS[place % len(KINDS)], "file": papers[name].name}
                for place, name in enumerate(risen)
            ],
            "evidence": list(papers.values()),
            "work_done": self.words["work_done"].format(percent=reached),
            "next_steps": self.words["next_steps"],
            "forecast_finish": self.days.get("request.save", self.back.back(0) + timedelta(days=120)).isoformat(),
            "rating": self.project.get("rating", "green"),
            "people": 5,
            **({"deliveries": self._deliveries()} if is_first and reached else {}),
            **({"supervisor": "supervisor"} if self.project.tier in LARGE else {}),
        }
        verified = [{"milestone": name, "accepted": percent} for name, percent in plan.items()]
        township = self.project.township.lower()
        steps = [
            self._act(month, OPENED, f"{township}-apply", "open", {"month": month}),
            self._act(month, HANDED_IN, f"{township}-apply", "submit", form),
            self._act(month, VERIFIED, f"{township}-it", "confirm", {"verified": verified}),
        ]
        if self.project.tier in LARGE:
            opinion = {"supervisor_opinion": self.words["supervisor"]}
            steps.append(self._act(month, SEEN, "supervisor", "accept", opinion))
        return steps

    def _deliveries(self) -> list[dict[str, Any]]:
        """Give the equipment that came: the second line of a budget that has two sources."""
        if len({kind in OWN for kind in self.project.data["sources"]}) == 1:
            return []
        return [{"line": LINES[1][0], "delivered": 1, "serials": f"SN-{self.project.id}"}]

    def _claims(self, reached: int) -> dict[str, int]:
        """Share what is built among the milestones: one after the other, as far as it goes."""
        found, left = {}, reached
        for name, _, weight, _ in self.words["milestones"]:
            done = min(left, weight)
            left -= done
            found[name] = WHOLE * done // weight
        return found

    def _paper(self, month: str, milestone: str) -> Paper:
        title = f"{milestone}-{month}"
        return Paper(f"{title}-{self.project.id}.pdf", (milestone, self.project.data["name"], month))

    def _act(self, month: str, day: int, who: str, do: str, form: Mapping[str, Any]) -> Act:
        on = next_month(date.fromisoformat(f"{month}-01"))
        on = self._working(on, day)
        at = datetime.combine(on, HOUR, self.back.calendar.zone)
        at += timedelta(minutes=self.project.number % 20 * MINUTES_APART)
        return Act(at, self._key(month), self.project.id, who, do, form, "")

    def _working(self, first: date, count: int) -> date:
        """Give the working day of that number from a day on."""
        day = first
        while True:
            count -= self.back.calendar.is_working(day)
            if not count:
                return day
            day += timedelta(days=1)
