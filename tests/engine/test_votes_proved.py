"""What is proved of a vote is what all its outcomes show: every ballot of every voter is tried and counted."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.assignment import Together, Users
from engine.builtin_guards import BUILTIN
from engine.case import Ballot
from engine.checking import check
from engine.counting import Choosing
from engine.definition import State
from engine.tally import outcome
from engine.voting import own_rules

AT = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = """
workflow: small
title: {{zh: a, en: b}}
phases: {{p: {{zh: a, en: b}}}}
states:
  check:
    title: {{zh: a, en: b}}
    phase: p
    who: {{seats: {{{seats}}}}}
    vote: {{{rule}, passed: won, failed: lost}}
    actions: {{{actions}}}
  won: {{title: {{zh: a, en: b}}, phase: p, kind: end}}
  lost: {{title: {{zh: a, en: b}}, phase: p, kind: end}}
"""
RULES = [
    "by: all",
    "by: any",
    "by: count, pass: 2",
    "by: count, pass: 2, reject: 1",
    "by: weight, pass: 4",
    'by: ratio, pass: "60%", reject: "50%"',
    'by: ratio, pass: "60%"',
]
OWN = ["", ", vote: {by: any}", ", vote: {by: count, pass: 2}", ", vote: {by: all}"]
NAMED = "title: {zh: a, en: b}"


@st.composite
def votes(draw: st.DrawFn) -> str:
    """Give a definition with one vote of one to three seats of one or two members, and some votes for some seats."""
    names = "abc"[: draw(st.integers(1, 3))]
    own = draw(st.sampled_from(OWN)) if draw(st.booleans()) else ""
    seats = ", ".join(
        f"{name}: {{{NAMED}, users: [{name}1{', ' + name + '2' if draw(st.booleans()) else ''}], "
        f"weight: {draw(st.integers(1, 3))}{own if name == 'a' else ''}}}"
        for name in names
    )
    chosen = draw(st.lists(st.sampled_from(list(Choosing)), min_size=1, unique=True))
    actions = ", ".join(
        f"{one}_: {{{NAMED}, vote: {one}, seats: [{', '.join(who)}]}}"
        for one in chosen
        if (who := draw(st.lists(st.sampled_from(names), unique=True, min_size=1)))
    )
    rule = draw(st.sampled_from(RULES))
    return SOURCE.format(seats=seats, rule=rule, actions=actions)


def outcomes(state: State) -> Iterator[bool | None]:
    """Give what every way of voting comes to; None where somebody has no vote to cast."""
    assert state.vote is not None
    assert isinstance(state.who, Together)
    voters = []
    for seat in state.who.seats:
        allowed = [one.vote for one in state.actions.values() if one.vote is not None and seat.name in one.seats]
        assert isinstance(seat.who, Users)
        voters += [(seat, user, allowed) for user in seat.who.users]
    if not all(allowed for _, _, allowed in voters):
        yield None
    for choices in product(*(allowed for _, _, allowed in voters)):
        ballots = [
            Ballot(user, seat.name, user, choice, AT, seat.weight)
            for (seat, user, _), choice in zip(voters, choices, strict=True)
        ]
        result = outcome(state.vote.counting, own_rules(state), ballots, ())
        assert result is not None
        yield result.passed


@settings(max_examples=150, deadline=None, derandomize=True)
@given(votes())
def test_every_outcome_that_is_proved_happens_and_no_other(source: str) -> None:
    """Won and lost, if everybody may vote at all."""
    verdict = check(source, file="vote.yaml", book=BUILTIN)
    assert verdict.definition is not None
    shown = set(outcomes(verdict.definition.states["check"]))
    codes = {problem.code for problem in verdict.problems}
    assert ("vote_without_choice" in codes) == (None in shown)
    if None in shown:
        return
    assert ("vote_never_fails" in codes) == (False not in shown), (shown, source)
    if not any(".seats." in problem.path for problem in verdict.problems):  # a seat's own rule that nobody meets
        assert bool(codes & {"vote_never_passes", "vote_out_of_reach"}) == (True not in shown), (shown, source)
