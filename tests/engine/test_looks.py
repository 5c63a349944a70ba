"""Fields for which there is no room beside everything else are looked at apart, and what is found counts the same."""

import pytest

from adapters.shipped import definitions
from engine.builtin_guards import BUILTIN
from engine.checking import Checked, check
from engine.soundness import looks
from service.rules import GUARDS
from workflows.shipped import PROJECT

SOURCE = """
workflow: tiers
title: {zh: 分级, en: Tiers}
phases: {one: {zh: 一, en: One}}
fields:
  amount: {type: integer, title: {zh: 数, en: Number}, min: 0, max: 99}
  tier: {type: text, title: {zh: 级, en: Tier}, max: 9, computed: 'item.amount > 10 ? "high" : "low"'}
states:
  draft:
    title: {zh: 草稿, en: Draft}
    phase: one
    who: initiator
    form: {edit: [amount], require: [amount]}
    actions: {send: {title: {zh: 提交, en: Send}, to: check}}
  check:
    title: {zh: 审核, en: Check}
    phase: one
    who: {role: clerk, in: item.county}
    actions:
      pass:
        title: {zh: 通过, en: Pass}
        to: done
        require: [{that: 'item.tier == "low"', else: {zh: 过高, en: too high}}]
  done: {title: {zh: 完, en: Done}, phase: one, kind: end}
always:
  - 'item.tier != "high" whenever in check'
"""
PASSED = SOURCE.replace(
    "require: [{that: 'item.tier == \"low\"', else: {zh: 过高, en: too high}}]", "comment: required"
)


def judged(source: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Give problems with their places, and the codes of notes."""
    checked: Checked = check(source, file="tiers.yaml", book=BUILTIN)
    return [(one.code, one.path) for one in checked.problems], [one.code for one in checked.notes]


@pytest.mark.parametrize("room", [looks.GROWN_MAX, 0])
def test_what_there_is_no_room_for_is_found_apart(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead end of the high tier, and a rule that it breaks: together with everything, or in a look of its own."""
    monkeypatch.setattr(looks, "GROWN_MAX", room)
    problems, notes = judged(SOURCE)
    assert problems == [("stuck", "states.check"), ("always_broken", "always[0]")]
    assert {"not_weighed", "data_at_run_time"}.isdisjoint(notes)
    assert judged(PASSED)[0] == [("always_broken", "always[0]")]


def test_without_room_even_apart_it_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """And is said."""
    monkeypatch.setattr(looks, "GROWN_MAX", 0)
    monkeypatch.setattr(looks, "APART_MAX", 0)
    problems, notes = judged(SOURCE)
    assert problems == []
    assert {"not_weighed", "data_at_run_time"} <= set(notes)


def test_the_tier_of_a_project_is_weighed() -> None:
    """Who decides by tier is looked at; what the tier is compared with beside other fields stays open."""
    source = dict(definitions())[PROJECT]
    notes = check(source, file="township.yaml", book=GUARDS).notes
    (open_ones,) = [note.params["conditions"] for note in notes if note.code == "not_weighed"]
    assert str(open_ones).count("item.tier") == 1
