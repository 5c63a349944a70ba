"""Separations of duties in `always:`: those that nobody could keep, and those that only the engine can."""

from collections.abc import Iterator

from engine.definition import InvariantKind
from engine.problem import Problem
from engine.soundness.flow import Flow
from engine.soundness.separation import is_same_person


def same_persons(flow: Flow) -> Iterator[Problem]:
    """Give the separations of duties that nobody could keep."""
    for index, rule in enumerate(flow.definition.always):
        if rule.kind is InvariantKind.SEPARATION and is_same_person(flow.definition, rule.subject, rule.other):
            yield Problem("always_same_person", f"always[{index}]", {"rule": rule.line})


def notes(flow: Flow) -> Iterator[Problem]:
    """Give the `always:` lines that only the engine can keep, act by act, because people hold several roles."""
    for index, rule in enumerate(flow.definition.always):
        if rule.kind is InvariantKind.SEPARATION and not is_same_person(flow.definition, rule.subject, rule.other):
            kept_out = flow.definition.states[rule.subject].exclude
            if f"actor of {rule.other}" not in kept_out:
                yield Problem("kept_at_run_time", f"always[{index}]", {"rule": rule.line})
