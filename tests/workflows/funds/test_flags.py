"""Each of the thirty-five red flags strikes where it must and is silent just beside."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.refusal import Refused
from tests.workflows.funds.flag_cases import CASES
from tests.workflows.funds.flag_scene import scene
from tests.workflows.funds.story import (
    TODAY,
    policy,
)
from workflows.funds.flags import BUDGET as AT_BUDGET
from workflows.funds.flags import CONTRACT as AT_CONTRACT
from workflows.funds.flags import FLAGS, NIGHT, PAYMENT, Hit, Level, find, held, risk
from workflows.funds.flags.patterns import benford_deviation
from workflows.funds.invoices import normal


def hits(at: str, **parts: Any) -> list[tuple[str, str]]:  # noqa: ANN401  # parts of a scene
    """Give rule and level of what strikes."""
    return [(hit.rule, hit.level.value) for hit in find(scene(**parts), at)]


def test_there_are_thirty_five_and_a_clean_scene_strikes_none() -> None:
    """RF-01 to RF-35, none missing; and no false alarm."""
    assert sorted({flag.rule for flag in FLAGS}) == [f"RF-{number:02}" for number in range(1, 36)]
    for at in (PAYMENT, AT_CONTRACT, AT_BUDGET, NIGHT):
        assert hits(at) == []


@pytest.mark.parametrize(("at", "rule", "level", "guilty", "innocent"), CASES)
def test_a_flag_strikes_where_it_must_and_not_beside(
    at: str, rule: str, level: str, guilty: dict[str, Any], innocent: dict[str, Any]
) -> None:
    """One step over the line, and on it."""
    assert (rule, level) in hits(at, **guilty)
    assert (rule, level) not in hits(at, **innocent)


def test_every_rule_is_tried_here() -> None:
    """No flag without a case above."""
    assert {case[1] for case in CASES} == {flag.rule for flag in FLAGS}


def test_blocks_stand_and_hard_hits_can_be_released() -> None:
    """A release names its hit: another hit of the same rule is not released by it."""
    block, hard, warn = (Hit("RF-99", level, "here") for level in Level)
    elsewhere = replace(hard, where="there")
    assert list(held((block, hard, elsewhere, warn), {hard.key, block.key})) == [block, elsewhere]


def test_risk_halves_with_time() -> None:
    """Five points today, two and a half after 180 days."""
    hit = Hit("RF-99", Level.BLOCK, "here")
    assert str(risk(((hit, TODAY), (hit, TODAY - timedelta(days=180))), TODAY)) == "7.50"


@pytest.mark.parametrize(("one", "other_way"), [("INV-001", "inv1"), ("No. 00012345", "NO12345"), ("0100", "100")])
def test_an_invoice_number_is_one_however_it_is_written(one: str, other_way: str) -> None:
    """Signs, case and leading zeros do not make another invoice."""
    assert normal(one) == normal(other_way)


def test_amounts_that_follow_the_law_of_first_digits_deviate_little() -> None:
    """Powers of two do; a flat list does not."""
    assert benford_deviation([2**exponent for exponent in range(1_000)]) < 300
    assert benford_deviation(list(range(500, 800))) > 1_500


def test_missing_policy_is_no_permission() -> None:
    """Every rule at a payment that needs a number refuses without it."""
    with pytest.raises(Refused):
        hits(PAYMENT, policy=policy(flags__ahead_of_progress_points=None))
