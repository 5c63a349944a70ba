"""A survey as its page shows it: who was asked, who answered, how satisfied they are, and how many answers it needs."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from adapters.sql.surveys import Tally
from engine.case import Case
from engine.facts import Facts
from service.telling import ZONE
from service.web.views.reader import Reader
from workflows.guards.acceptance import opinions_needed
from workflows.guards.accepting import ACCEPTANCE
from workflows.guards.performance import sampling_error
from workflows.performance import LEVELS, interval, sample_needed, satisfaction

PERCENT = 100
COUNTED = ("residents", "enterprises")
"""Whose answers count; staff are shown apart."""


class Audience(Struct, frozen=True):
    """People who were asked in the same role: codes given out, answers by level, satisfaction in words."""

    title: str
    issued: int
    answered: int
    levels: Mapping[str, int]
    score: str


class Standing(Struct, frozen=True):
    """The whole survey by link: its audiences, answers that count, answers needed in all, satisfaction in words."""

    audiences: list[Audience]
    found: int
    needed: int
    score: str


def audiences(counted: Tally, case: Case, tier: str, facts: Facts, reader: Reader) -> Standing:
    """Give a survey so far."""
    found = [_audience(counted, name, reader) for name in (*COUNTED, "staff")]
    together = {level: sum(counted.answers.get(name, {}).get(level, 0) for name in COUNTED) for level in LEVELS}
    needed = _needed(case, tier, facts, reader.now.astimezone(ZONE).date())
    return Standing(found, sum(together.values()), needed, _score(together, reader))


def _needed(case: Case, tier: str, facts: Facts, on: date) -> int:
    """Give the answers needed: of an acceptance what the county set, of an evaluation a sample of those served."""
    if case.definition == ACCEPTANCE:
        return opinions_needed(facts, on)
    population = case.data.get("population")
    return sample_needed(population if isinstance(population, int) else 0, sampling_error(facts, tier, on))


def _audience(counted: Tally, name: str, reader: Reader) -> Audience:
    answers = counted.answers.get(name, {})
    levels = {level: answers.get(level, 0) for level in LEVELS}
    title = reader.t(f"survey.audience.{name}")
    return Audience(title, counted.issued.get(name, 0), sum(levels.values()), levels, _score(levels, reader))


def _score(levels: Mapping[str, int], reader: Reader) -> str:
    """Give the satisfaction with its 95 % interval; "" without answers."""
    if not sum(levels.values()):
        return ""
    score, half = float(satisfaction(levels)), float(interval(levels))
    return reader.t("survey.score", score=f"{score:.1f}", half=f"{half:.1f}")
