"""Rules of counting: reading what `vote:` of a state and of a seat have in common."""

import re
from collections.abc import Collection

from engine.counting import Counting, VoteRule
from engine.expression import ValueType
from engine.loading.limits import TRIM_MAX, VOTE_MAX
from engine.loading.reading import Cursor, quoted
from engine.loading.scope import Scope

_SHARE = re.compile(r"([1-9][0-9]?|100)%")
_POINTS = re.compile(r">= ?([0-9]{1,4})(?:\.([0-9]{1,2}))?")
_WITHOUT_THRESHOLD = (VoteRule.ALL, VoteRule.ANY)
_OF_SCORES = ("score", "trim")
COUNTING_KEYS = ("pass", "reject", "score", "trim", "needs")


def read_seat_counting(cursor: Cursor, scope: Scope) -> Counting:
    """Read the rule of one seat, in which all votes weigh the same."""
    parts = cursor.parts(("by",), COUNTING_KEYS)
    return read_counting(cursor, parts, scope, [rule for rule in VoteRule if rule is not VoteRule.WEIGHT])


def read_counting(
    cursor: Cursor, parts: dict[str, Cursor], scope: Scope, rules: Collection[VoteRule] = tuple(VoteRule)
) -> Counting:
    """Read how opinions are counted, from the parts of a `vote:`."""
    by = VoteRule(parts["by"].word(list(rules))) if "by" in parts else VoteRule.ALL
    _check_parts(cursor, parts, by)
    return Counting(
        by,
        pass_at=_threshold(parts["pass"], by) if "pass" in parts else None,
        reject_at=_threshold(parts["reject"], by) if "reject" in parts else None,
        score=scope.any_expression(parts["score"], (ValueType.INT, ValueType.DOUBLE)) if "score" in parts else None,
        trim=parts["trim"].integer(1, TRIM_MAX) if "trim" in parts else 0,
        needs_all="needs" in parts and parts["needs"].word(["all"]) == "all",
    )


def _check_parts(cursor: Cursor, parts: dict[str, Cursor], by: VoteRule) -> None:
    """Note thresholds that the rule needs, or has no use for (and leave those out)."""
    if "by" not in parts:
        return
    for key in _wanted(by):
        if key not in parts:
            cursor.problem("missing_key", key=key)
    for key in _unwanted(by):
        if key in parts:
            parts.pop(key).problem("not_for_vote", found=quoted(key), by=by)


def _wanted(by: VoteRule) -> list[str]:
    return [*([] if by in _WITHOUT_THRESHOLD else ["pass"]), *(["score"] if by is VoteRule.SCORE else [])]


def _unwanted(by: VoteRule) -> list[str]:
    if by is VoteRule.SCORE:
        return ["reject"]
    return [*_OF_SCORES, *(["pass", "reject"] if by in _WITHOUT_THRESHOLD else [])]


def _threshold(cursor: Cursor, by: VoteRule) -> int:
    """Read what a vote takes: votes or weight, percent of the voters, or points (given in hundredths)."""
    if by in (VoteRule.COUNT, VoteRule.WEIGHT):
        return cursor.integer(1, VOTE_MAX)
    if by is VoteRule.RATIO:
        share = _written(cursor, _SHARE, "share")
        return int(share[1]) if share else 0
    points = _written(cursor, _POINTS, "points")
    return int(points[1]) * 100 + int((points[2] or "").ljust(2, "0")) if points else 0


def _written(cursor: Cursor, pattern: re.Pattern[str], wanted: str) -> re.Match[str] | None:
    text = cursor.written()
    found = pattern.fullmatch(text)
    if text and found is None:
        cursor.problem("malformed", found=quoted(text), wanted=wanted)
    return found
