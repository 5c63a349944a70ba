"""Panels of the demo that are drawn by lot, seat by seat: drawn, accepted, declared free of conflicts, signed, paid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from workflows.demo.places import PANEL_SIZES, Days, Project, seat_key
from workflows.demo.purse import Beside
from workflows.demo.stories import SEAT_CODE, Act

ORGANISER = "cty-review-1"
DRAWING, DECLARING, CLEARING = time(14, 5), time(14, 0), time(14, 30)
SIGNING, PAYING = time(16, 30), time(16, 50)
MINUTES_APART = 2
RELATIONS = ("employed", "shareholder", "kin", "joint_work", "other_interest")
CLEAR: Mapping[str, Any] = {**dict.fromkeys(RELATIONS, "no"), "confidential": True}
HOURS, FEE_FEN = 4, 1_200_00


@dataclass(frozen=True, slots=True)
class Seats:
    """The panel of one project, with the days it is counted back on and what is said there (phrases `seats`)."""

    project: Project
    words: Mapping[str, Any]
    back: Days

    @property
    def keys(self) -> list[str]:
        """The key of every seat."""
        return [seat_key(self.project.id, number) for number in range(1, PANEL_SIZES[self.project.tier] + 1)]

    def beside(self, year: int) -> dict[str, Beside]:
        """Give the seats as cases, by their keys."""
        return {
            key: Beside("expert-panel", f"{SEAT_CODE}-{year}-{self.project.id}-{number}", self.project.unit)
            for number, key in enumerate(self.keys, 1)
        }

    def of_application(self, days: Mapping[str, date]) -> Iterator[Act]:
        """Fill the seats between the county's review and the scoring; who has scored signs the same evening."""
        yield from self._filled(days["county.last"])
        scored = days.get("score.last")
        if scored is None:
            return
        signing = self.keys[: self.project.get("scored", len(self.keys))]
        yield from self._each(signing, scored, SIGNING, "sign", {"position": "agrees"})
        if self.project.get("fees_paid"):
            payer = f"{self.project.township.lower()}-it"
            for number, key in enumerate(self.keys, 1):
                voucher = f"LW-{self.project.number:04}-{number:02}"
                fee = {"hours": HOURS, "fee": FEE_FEN, "fee_voucher": voucher}
                yield self._act(key, self._next(scored), PAYING, number, payer, "pay", fee)

    def of_study(self) -> Iterator[Act]:
        """Fill the seats of a study's panel on the day that the story tells; all sign on another."""
        drawn_ago, signed_ago = self.project.data["study_panel"]
        yield from self._filled(self.back.back(drawn_ago))
        opinion = {"opinion": self.words["opinion"], "position": "agrees"}
        yield from self._each(self.keys, self.back.back(signed_ago), SIGNING, "sign", opinion)

    def _filled(self, day: date) -> Iterator[Act]:
        """Draw one seat after the other, since nobody sits twice; all accept and declare on the next working day."""
        for number, key in enumerate(self.keys):
            word = self.project.pick(self.words["draws"], key)
            yield self._act(key, day, DRAWING, 2 * number, ORGANISER, "open", {})
            yield self._act(key, day, DRAWING, 2 * number + 1, ORGANISER, "draw", {"word": word})
        yield from self._each(self.keys, self._next(day), DECLARING, "accept", {})
        yield from self._each(self.keys, self._next(day), CLEARING, "clear", CLEAR)

    def _each(self, keys: Sequence[str], day: date, at: time, do: str, form: Mapping[str, Any]) -> Iterator[Act]:
        for turn, key in enumerate(keys):
            yield self._act(key, day, at, turn, key, do, form)

    def _act(self, key: str, day: date, at: time, turn: int, who: str, do: str, form: Mapping[str, Any]) -> Act:
        moment = datetime.combine(day, at, self.back.calendar.zone) + timedelta(minutes=MINUTES_APART * turn)
        return Act(moment, key, self.project.id, who, do, form, "")

    def _next(self, day: date) -> date:
        """Give the next working day."""
        day += timedelta(days=1)
        while not self.back.calendar.is_working(day):
            day += timedelta(days=1)
        return day
