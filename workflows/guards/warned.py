"""Guards of early warnings: the rule is asked again; nobody lifts a warning whose rule still holds."""

from engine.refusal import Refusal
from engine.situation import Situation
from workflows.guards.reading import Reasons, entry, word
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
    raised = Colour[word(it, "colour").upper() or "RED"]
    if not is_late and (still is None or still.colour <= raised):
        yield Refusal("warning.not_worse", "rule")


def _now(it: Situation) -> Alert | None:
    """Give the alert of the same rule for the same thing as it is today."""
    project = it.facts.case(word(it, "project"))
    if project is None:
        return None
    rule = word(it, "rule").replace("_", "-").upper()
    found = alerts(Watched(project, it.facts, it.now))
    return next((one for one in found if (one.rule, one.object) == (rule, word(it, "object"))), None)


ENTRIES = (entry(rule_false), entry(worse_or_late))
