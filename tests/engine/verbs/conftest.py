"""The review procedure, at the steps where the tests begin."""

from pathlib import Path

import pytest

from tests.engine.desk import Desk

REVIEW = (Path(__file__).parent / "review.yaml").read_text("utf-8")


def changed(old: str, new: str) -> str:
    """Give the review procedure with one piece replaced, which must be in it exactly once."""
    assert REVIEW.count(old) == 1, f"{old!r} is {REVIEW.count(old)} times in the procedure"
    return REVIEW.replace(old, new)


def in_joint(source: str = REVIEW) -> Desk:
    """Give a case of which three departments are asked."""
    desk = Desk(source).start()
    desk.act("ann", "submit")
    desk.act("rob", "pass")
    return desk


@pytest.fixture
def check() -> Desk:
    """Give a case that waits for a checker."""
    desk = Desk(REVIEW).start()
    desk.act("ann", "submit")
    return desk


@pytest.fixture
def joint() -> Desk:
    """Give a case of which three departments are asked."""
    return in_joint()


@pytest.fixture
def decide(joint: Desk) -> Desk:
    """Give a case all departments agreed to."""
    for name in ("dan", "fay", "lea"):
        joint.act(name, "agree")
    return joint
