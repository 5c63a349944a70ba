"""Guards of early warnings: the rule is asked again; nobody lifts a warning whose rule still holds."""

from engine.events import DataChanged
from engine.refusal import Refusal
from engine.situation import Situation
from workflows.guards.reading import Reasons, Row, entry, text_in
from workflows.warnings import Alert, Colour, Watched, alerts


def rule_false(it: Situation) -> Reasons:
    """The rule does not hold any more for what it was raised for.

    Source: a warning is lifted when its rule is false [D].
    """
    still = _now(it)
    if still is not None:
        yield Refusal("warning.still", "rule", {"colour": still.colour.word, "figure": str(still.why["figure"])})


def worse_or_late(it: Situation) -> Reasons:
    """The handling is late, or the rule now gives a worse colour than it was raised with.

    Source: escalation of warnings [D].
    """
    clock, still = it.case.clock, _now(it)
    is_late = clock is not None and it.now >= clock.due_at
    raised = Colour[text_in(_raised(it), "colour").upper() or "RED"]
    if not is_late and (still is None or still.colour <= raised):
        yield Refusal("warning.not_worse", "rule")


def _now(it: Situation) -> Alert | None:
    """Give the alert of the same rule for the same thing as it is today."""
    raised = _raised(it)
    project = it.facts.case(text_in(it.data, "project"))
    if project is None:
        return None
    rule = text_in(raised, "rule").replace("_", "-").upper()
    found = alerts(Watched(project, it.facts, it.now))
    return next((one for one in found if (one.rule, one.object) == (rule, text_in(raised, "object"))), None)


def _raised(it: Situation) -> Row:
    """Give the data the warning was raised with, whatever was changed afterwards."""
    first = next(iter(it.facts.history(it.case.id)), None)
    changes = (event for event in first.events if isinstance(event, DataChanged)) if first is not None else iter(())
    change = next(changes, None)
    return it.case.data if change is None else change.values


ENTRIES = (entry(rule_false), entry(worse_or_late))
