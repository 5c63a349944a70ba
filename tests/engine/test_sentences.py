"""Every problem can be met, and every problem met has a sentence."""

from collections.abc import Iterable
from pathlib import Path

import yaml

from engine.sentences import SENTENCES
from tests.engine.loading.test_hostile import HOSTILE

FOLDER = Path(__file__).parent
SHOWN_ALONE = {
    "no_assignee",
    "no_action",
    "vote_without_voters",
    "always_broken",
    "always_same_person",
    "kept_at_run_time",
    "may_find_nobody",
    "table_gap",
    "table_not_decided",
    "table_otherwise",
    "table_overlap",
    "table_row_never",
    "table_test",
    "table_value",
    "not_weighed",
    "left_out",
    "data_at_run_time",
    "votes_asked_again",
    "trial_step",
    "nobody_anywhere",
    "nobody_in_units",
    "nobody_may_start",
    "people_not_judged",
    "may_be_kept_out",
    "no_calendar",
    "never_begins",
    "test_refused",
    "test_not_refused",
    "test_state",
}
"""Told beside other problems, or as notes: tests/engine/test_soundness.py and test_proofs.py show
each, tests/service/test_rehearsals.py those of tests,
test_staffing.py and tests/service/test_cli.py those of people."""


def codes(path: Path) -> Iterable[str]:
    """Give the codes that a file of examples shows."""
    return (one["code"] for one in yaml.safe_load(path.read_text("utf-8")))


def test_every_sentence_is_shown_by_an_example() -> None:
    """A problem that nothing brings about is dead; one without a sentence can not be told."""
    shown = {code for _, code in HOSTILE.values()} | SHOWN_ALONE
    for file in ("loading/mistakes.yaml", "unsound.yaml"):
        shown |= set(codes(FOLDER / file))
    assert shown == set(SENTENCES)
