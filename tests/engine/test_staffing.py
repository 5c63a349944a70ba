"""Is somebody there for every task, over the real organisation?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.assignment import ANYBODY
from engine.builtin_guards import BUILTIN
from engine.calendar import WorkingCalendar
from engine.checking import Checked, check
from engine.facts import Unit

SOURCE = """
workflow: staffed
title: {zh: a, en: b}
phases: {p: {zh: a, en: b}}
starters: {role: applicant, in: item.unit}
states:
  draft: {title: {zh: a, en: b}, phase: p, who: initiator, actions: {send: {title: {zh: a, en: b}, to: check}}}
  check:
    title: {zh: a, en: b}
    phase: p
    who: {role: checker, in: item.township}
    actions: {pass: {title: {zh: a, en: b}, to: done}}
  done: {title: {zh: a, en: b}, phase: p, kind: end}
"""


@dataclass
class Organisation:
    """Two townships that start cases."""

    units: dict[str, Unit]
    holders: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    calendars: Mapping[str, WorkingCalendar] = field(default_factory=lambda: {"cn": WorkingCalendar("cn")})


def judged(source: str = SOURCE, head: str | None = None, **checkers: str) -> Checked:
    """Check over an organisation in which these townships have a checker, and the county a head."""
    units = {
        "c": Unit("c", "county", "County", None, "c/", head=head),
        "a": Unit("a", "township", "East", "c", "c/a/"),
        "b": Unit("b", "township", "West", "c", "c/b/"),
    }
    holders = {("applicant", unit): ("ann",) for unit in ("a", "b")}
    staff = Organisation(units, {**holders, **{("checker", unit): (name,) for unit, name in checkers.items()}})
    return check(source, file="t.yaml", book=BUILTIN, staff=staff)


def test_a_task_for_nobody_anywhere_keeps_from_publishing() -> None:
    """With the way there; not where the head above stands in, nor where the procedure says what happens instead."""
    (problem,) = judged().problems
    assert (problem.code, problem.params["units"]) == ("nobody_anywhere", "East, West")
    assert problem.trace == ("draft.send", "check")
    assert judged(head="boss").problems == ()
    otherwise = SOURCE.replace("    actions: {pass", "    if_nobody: {take: pass}\n    actions: {pass")
    assert judged(otherwise).problems == ()


def test_some_units_without_anybody_are_noted() -> None:
    """Cases of the others can go on; with a checker in each, nothing is said."""
    one = judged(a="rex")
    assert one.problems == ()
    assert [note.params["units"] for note in one.notes if note.code == "nobody_in_units"] == ["West"]
    assert not [note for note in judged(a="rex", b="rob").notes if note.code == "nobody_in_units"]
    assert judged("x: 1").definition is None


def test_those_whom_earlier_decisions_keep_out_are_noted() -> None:
    """The only checker also signs for another: nobody may be left. A second person is enough."""
    both = SOURCE.replace(
        "to: done}}",
        "to: sign}}\n  sign:\n    title: {zh: a, en: b}\n    phase: p\n    who: {role: checker, in: item.township}\n"
        "    not: [actor of check]\n    actions: {pass: {title: {zh: a, en: b}, to: done}}",
    )
    notes = [note for note in judged(both, a="rex", b="rob").notes if note.code == "may_be_kept_out"]
    assert [(note.path, note.params["units"], note.params["people"]) for note in notes] == [
        ("states.sign.who", "East, West", "rex, rob")
    ]
    assert not [note for note in judged(SOURCE, a="rex", b="rob").notes if note.code == "may_be_kept_out"]


def test_where_nobody_may_start_nothing_is_judged_and_that_is_said() -> None:
    """A role that nobody holds may start; without such a line everybody of a unit may."""
    nobody = judged(SOURCE.replace("role: applicant", "role: writer"))
    assert [note.code for note in nobody.notes if note.path == "starters"] == ["nobody_may_start"]
    everybody = SOURCE.replace("starters: {role: applicant, in: item.unit}\n", "")
    units = {"c": Unit("c", "county", "County", None, "c/"), "a": Unit("a", "township", "East", "c", "c/a/")}
    staff = Organisation(units, {(ANYBODY, "a"): ("ann",)})
    (problem,) = check(everybody, file="t.yaml", book=BUILTIN, staff=staff).problems
    assert (problem.code, problem.params["units"]) == ("nobody_anywhere", "East")


def test_a_calendar_that_is_not_there_keeps_from_publishing() -> None:
    """Every deadline of a case would have failed on it."""
    other = judged(SOURCE.replace("starters:", "calendar: natural\nstarters:"), a="rex", b="rob")
    (problem,) = other.problems
    assert (problem.code, problem.params) == ("no_calendar", {"calendar": "natural", "known": "cn"})
    assert problem.line == 5
