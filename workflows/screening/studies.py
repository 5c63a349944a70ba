"""Feasibility studies as the project's rules see them: the approved one, its estimate, what it rests on.

Before studies had a procedure of their own they were typed into the project; that counts until the policy
`reviews_entered_until`.
"""

from hashlib import sha256
from json import dumps

from engine.case import Case
from engine.facts import Facts
from engine.situation import Situation
from workflows.beside import standing_beside
from workflows.guards.policies import reviews_entered
from workflows.guards.reading import Row, number_in

STUDY = "feasibility-study"
ENDED = frozenset({"approved", "rejected"})
SHORT_TIER = "T1"
"""The tier for which the short form (construction plan) is enough [D]."""

BASIS = ("name", "functions", "targets")
"""What of the application a study rests on."""


def approved_study(facts: Facts, project: str) -> Case | None:
    """Give the newest approved study of a project."""
    approved = [one for one in standing_beside(facts, STUDY, project) if one.state == "approved"]
    return approved[-1] if approved else None


def running_study(facts: Facts, project: str) -> Case | None:
    """Give the study of a project that is still under way."""
    return next((one for one in standing_beside(facts, STUDY, project) if one.state not in ENDED), None)


def study_estimate(it: Situation, project: Case, data: Row) -> int:
    """Give the fen that the approved study estimates; 0 when there is none and what was typed no longer counts."""
    study = approved_study(it.facts, project.code)
    return _estimate(study, data) if study is not None or reviews_entered(it) else 0


def estimate_on_record(facts: Facts, project: Case, data: Row) -> int:
    """Give the fen that a project's budget was measured by: the study's, or what was typed while that counted."""
    return _estimate(approved_study(facts, project.code), data)


def _estimate(study: Case | None, data: Row) -> int:
    return number_in(data, "study_estimate") if study is None else number_in(study.data, "estimate")


def basis_of(data: Row) -> str:
    """Give the digest of what a study rests on."""
    rests_on = {name: data.get(name) for name in BASIS}
    return sha256(dumps(rests_on, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
