"""Rules on what people owe: quality, risks, findings, contracts, experts."""

from collections.abc import Iterator
from datetime import timedelta

from workflows.funds.papers import RED_FLAG, STANDING, warranty_ends_on
from workflows.guards.pool import FAST_TRACK
from workflows.guards.reading import day_in, text_in
from workflows.screening.panels import SEATED, composition, seats_of
from workflows.screening.rubric import AREA
from workflows.screening.verdicts import SCORING
from workflows.warnings.alert import Alert, Colour, Watched

APPLICATION = "application"
OPEN_INSPECTION = frozenset({"rectifying", "rechecking"})
UNPLANNED = frozenset({"assessed", "planned"})
SETTLED = frozenset({"closed", "sanctioned", "transferred"})
UNSIGNED = frozenset({"drafting", "legal_check", "fin_check", "approving"})


def quality(it: Watched) -> Iterator[Alert]:
    """W-11: working days for which a severe issue is open; a re-check that failed again is red."""
    for one in it.beside("quality-inspection"):
        if one.state == "failed":
            yield Alert("W-11", Colour.RED, one.code, {"figure": one.times.get("rechecking.fail", 0) + 1})
        elif one.state in OPEN_INSPECTION and one.data.get("severest") == "severe" and one.data.get("issues"):
            yield from it.alert("W-11", it.working_days_since(one.entered_at), one.code)


def risks(it: Watched) -> Iterator[Alert]:
    """W-13: working days for which an orange or red risk has no approved plan."""
    for one in it.beside("risk"):
        if one.state in UNPLANNED and one.data.get("level") in ("orange", "red"):
            yield from it.alert("W-13", it.working_days_since(one.entered_at), one.code)


def findings(it: Watched) -> Iterator[Alert]:
    """W-14: working days by which the rectification of a finding is late."""
    for one in it.beside("finding"):
        due_on = day_in(one.data, "due_on")
        if one.state not in SETTLED and due_on is not None:
            yield from it.alert("W-14", it.working_days_since(due_on), one.code)


def contracts(it: Watched) -> Iterator[Alert]:
    """W-15: days since the award of a contract that is not signed, a filing that is late, a warranty about to end.

    Tendering Law art. 46: signed within thirty days; Procurement Law art. 47: filed within seven working days; the days
    before the end of a warranty are a policy.
    """
    for one in it.beside("contract"):
        awarded, signed = day_in(one.data, "awarded_on"), day_in(one.data, "signed_on")
        if one.state in UNSIGNED and awarded is not None:
            yield from it.alert("W-15", (it.today - awarded).days, one.code)
        elif one.state == "signed" and signed is not None:
            days, most = it.working_days_since(signed), it.policy("funds").number("contract.file_working_days")
            if days > most:
                yield Alert("W-15", Colour.ORANGE, one.code, {"figure": days, "filing": most})
        elif one.state == "warranty" and (ends := warranty_ends_on(one.data)) is not None:
            left, notice = (ends - it.today).days, it.policy("contracts").number("warranty_notice_days")
            if 0 <= left <= notice:
                yield Alert("W-15", Colour.BLUE, one.code, {"figure": left, "warranty_ends_on": ends.isoformat()})


def flags(it: Watched) -> Iterator[Alert]:
    """W-17: hard red flags that stand, and two within the window whatever came of them unless released; else a warning.

    Found at night or entered.
    """
    typed = [row for row in it.rows("red_flags") if text_in(row, "level") == "hard" and not text_in(row, "released_on")]
    flags = [one for one in it.beside(RED_FLAG) if one.state != "released"]
    hard = [one for one in flags if one.data.get("level") == "hard"]
    window = timedelta(days=it.policy("funds").number("flags.twice_within_days"))
    standing = [one for one in hard if one.state in STANDING]
    recent = [one for one in hard if it.now - one.opened_at <= window]
    alerts = it.alert("W-17", max(len(typed) + len(standing), len(recent)))
    slight = [one for one in flags if one.state in STANDING and one not in hard]
    if alerts or not slight:
        yield from alerts
    else:
        yield Alert("W-17", Colour.YELLOW, it.project.code, {"figure": len(slight)})


def experts(it: Watched) -> Iterator[Alert]:
    """W-19: working days of a scoring round in which ballots are missing; a panel that is too small, or even.

    Also an urgent project without its opinion.
    """
    urgent = it.project.actors.get(FAST_TRACK)
    if urgent is not None and not (it.project.data.get("urgent_opinion") or SCORING in it.project.rounds):
        most = it.policy(AREA).number("urgent_opinion_working_days")
        days = it.working_days_since(urgent.at)
        if days > most:
            yield Alert("W-19", Colour.YELLOW, it.project.code, {"figure": days, "missing": 1})
    if it.project.state == "expert_scoring":
        missing = len(it.project.tasks)
        if missing:
            yield from it.alert("W-19", it.working_days_since(it.project.entered_at), missing=missing)
        yield from _panel(it)


def _panel(it: Watched) -> Iterator[Alert]:
    """Give the alert for a panel of which too few take part, or an even number; one that was typed is not counted."""
    sitting = seats_of(it.facts, it.project.code, APPLICATION)
    if sitting:
        least = len(composition(it.policy(AREA), text_in(it.project.data, "tier")))
        found = sum(one.state in SEATED for one in sitting)
        if found < least or found % 2 == 0:
            yield Alert("W-19", Colour.YELLOW, f"{it.project.code}/panel", {"figure": found, "least": least})


RULES = (quality, risks, findings, contracts, flags, experts)
