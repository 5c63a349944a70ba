"""Counting: what a round comes to, and that it is closed as soon as, and not before, it can come to nothing else."""

from collections.abc import Iterable, Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.case import Ballot, Task
from engine.counting import Choosing, Counting, VoteRule
from engine.tally import Outcome, Voice, certain, outcome
from tests.engine.desk import MONDAY

PASS, REJECT, ABSTAIN, VETO = Choosing.PASS, Choosing.REJECT, Choosing.ABSTAIN, Choosing.VETO
CHOICES = (PASS, REJECT, ABSTAIN)


def voices(*choices: Choosing | None) -> list[Voice]:
    """Give opinions of weight one; None is one that is waited for."""
    return [Voice(choice) for choice in choices]


def scores(*points: int) -> list[Voice]:
    """Give opinions with points."""
    return [Voice(PASS, score=one * 100) for one in points]


@pytest.mark.parametrize(
    ("counting", "opinions", "passed"),
    [
        (Counting(VoteRule.ALL), voices(PASS, PASS), True),
        (Counting(VoteRule.ALL), voices(PASS, REJECT, None), False),
        (Counting(VoteRule.ALL), voices(PASS, ABSTAIN), True),
        (Counting(VoteRule.ALL), voices(ABSTAIN, ABSTAIN), False),
        (Counting(VoteRule.ALL), voices(PASS, None), None),
        (Counting(VoteRule.ANY), voices(PASS, None, None), True),
        (Counting(VoteRule.ANY), voices(REJECT, None), None),
        (Counting(VoteRule.ANY), voices(REJECT, REJECT), False),
        (Counting(VoteRule.COUNT, pass_at=2), voices(PASS, PASS, None), True),
        (Counting(VoteRule.COUNT, pass_at=2), voices(PASS, REJECT, REJECT), False),
        (Counting(VoteRule.COUNT, pass_at=2, reject_at=1), voices(PASS, REJECT, None), False),
        (Counting(VoteRule.COUNT, pass_at=3), voices(None, None), False),
        (Counting(VoteRule.RATIO, pass_at=50), voices(REJECT, None, None), None),
        (Counting(VoteRule.RATIO, pass_at=50), voices(REJECT, PASS), True),
        (Counting(VoteRule.RATIO, pass_at=67), voices(PASS, PASS, ABSTAIN, REJECT), False),
        (Counting(VoteRule.RATIO, pass_at=66), voices(PASS, PASS, ABSTAIN, REJECT), True),
        (Counting(VoteRule.RATIO, pass_at=60, reject_at=30), voices(REJECT, PASS, None), False),
        (Counting(VoteRule.RATIO, pass_at=60, reject_at=50), voices(REJECT, PASS, None), None),
        (Counting(VoteRule.RATIO, pass_at=50, needs_all=True), voices(PASS, PASS, None), None),
        (Counting(VoteRule.WEIGHT, pass_at=3), [Voice(PASS, 3), Voice(None, 2)], True),
        (Counting(VoteRule.WEIGHT, pass_at=4), [Voice(PASS, 3), Voice(REJECT, 2)], False),
    ],
)
def test_a_round_comes_to(counting: Counting, opinions: list[Voice], passed: bool | None) -> None:
    """Pass, fail, or not certain yet."""
    result = certain(counting, opinions)
    assert (None if result is None else result.passed) is passed


@pytest.mark.parametrize(
    ("trim", "points", "mean"),
    [(0, (80, 75, 70), 7500), (1, (100, 75, 74, 10), 7450), (1, (90, 10), 5000), (2, (100, 99, 60, 1, 2), 6000)],
)
def test_the_mean_leaves_out_the_extremes(trim: int, points: tuple[int, ...], mean: int) -> None:
    """As many at each end as the rule says, where enough remain."""
    assert certain(Counting(VoteRule.SCORE, pass_at=7_450, trim=trim), scores(*points)) == Outcome(mean >= 7_450, mean)


def test_the_announced_mean_decides() -> None:
    """74.995 is announced as 75.00 and passes; abstentions give no points; nobody's points fail."""
    counting = Counting(VoteRule.SCORE, pass_at=7_500)
    assert certain(counting, [Voice(PASS, score=7_499), Voice(PASS, score=7_500)]) == Outcome(passed=True, score=7_500)
    assert certain(counting, [Voice(ABSTAIN)]) == Outcome(passed=False)
    assert certain(counting, [Voice(PASS, score=9_000), Voice(None)]) is None


_rules = st.one_of(
    st.just(Counting(VoteRule.ALL)),
    st.just(Counting(VoteRule.ANY)),
    st.builds(Counting, st.just(VoteRule.COUNT), st.integers(1, 5)),
    st.builds(Counting, st.just(VoteRule.RATIO), st.integers(1, 100)),
    st.builds(Counting, st.just(VoteRule.WEIGHT), st.integers(1, 9)),
)
_opinions = st.lists(
    st.builds(Voice, st.sampled_from([*CHOICES, None, None]), st.integers(1, 3)), min_size=1, max_size=5
)


def ends(counting: Counting, opinions: list[Voice]) -> set[bool]:
    """Give all outcomes that the open votes can still lead to."""
    is_open = [voice.choice is None for voice in opinions]
    found = set()
    for choices in product(CHOICES, repeat=sum(is_open)):
        coming = iter(choices)
        final = [Voice(next(coming), one.weight) if one.choice is None else one for one in opinions]
        result = certain(counting, final)
        assert result is not None
        found.add(result.passed)
    return found


@given(_rules, _opinions)
def test_a_round_is_closed_exactly_when_nothing_can_change_it(counting: Counting, opinions: list[Voice]) -> None:
    """Every way the open votes can fall is tried."""
    result, possible = certain(counting, opinions), ends(counting, opinions)
    if result is None:
        assert possible == {True, False}
    else:
        assert possible == {result.passed}


def ballot(seat: str, voter: str, choice: Choosing) -> Ballot:
    """Give a ballot of weight one."""
    return Ballot(f"t-{voter}", seat, voter, choice, MONDAY)


def waiting(seats: Iterable[str]) -> list[Task]:
    """Give open tasks."""
    return [Task(f"w-{number}", "joint", seat, "u:x", MONDAY) for number, seat in enumerate(seats)]


SEATS: Mapping[str, Counting] = {"experts": Counting(VoteRule.RATIO, pass_at=60)}
EXPERTS = [ballot("experts", "a", PASS), ballot("experts", "b", PASS)]


def test_a_seat_with_a_rule_is_one_voice() -> None:
    """Two of three experts make one agreeing seat; finance agrees; the whole is certain."""
    everybody = Counting(VoteRule.ALL)
    assert outcome(everybody, SEATS, EXPERTS, waiting(["experts", "finance"])) is None
    agreed = outcome(everybody, SEATS, [*EXPERTS, ballot("finance", "f", PASS)], waiting(["experts"]))
    assert agreed == Outcome(passed=True)
    refused = outcome(everybody, SEATS, [*EXPERTS, ballot("finance", "f", REJECT)], waiting(["experts"]))
    assert refused == Outcome(passed=False)


def test_a_seat_that_abstains_leaves_the_count() -> None:
    """All its members abstained."""
    silent = [ballot("experts", "a", ABSTAIN), ballot("finance", "f", PASS)]
    assert outcome(Counting(VoteRule.ALL), SEATS, silent, []) == Outcome(passed=True)


def test_an_added_signer_speaks_for_the_seat() -> None:
    """A seat without a rule needs all its members, the added one too."""
    mixed = [*EXPERTS, ballot("finance", "f", PASS)]
    assert outcome(Counting(VoteRule.ALL), SEATS, mixed, waiting(["finance+"])) is None
    assert outcome(Counting(VoteRule.ALL), SEATS, [*mixed, ballot("finance+", "g", REJECT)], []) == Outcome(False)


def test_a_veto_ends_the_round() -> None:
    """Whoever else agreed, whoever is waited for, even where all are needed."""
    counting = Counting(VoteRule.COUNT, pass_at=1, needs_all=True)
    assert outcome(counting, {}, [ballot("", "a", PASS), ballot("", "b", VETO)], waiting([""])) == Outcome(False)
