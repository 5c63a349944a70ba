"""Early warnings: every rule over a project and what stands beside it, and how the project is on the whole.

Source: the rules W-01 to W-20 are the county's design, with bands seen in other cities as anchors [D]; their bands are
policy values (`policy.yaml`), so that a county sets them with a day and a reason.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from workflows.warnings import duties, progress, spending
from workflows.warnings.alert import Alert, Colour, Watched

RULES: tuple[Callable[[Watched], Iterator[Alert]], ...] = (*progress.RULES, *spending.RULES, *duties.RULES)
"""Every rule; each gives the alerts that hold now."""

__all__ = ["Alert", "Colour", "Health", "Watched", "alerts", "health"]

WATCHED = frozenset(
    [
        *("expert_scoring", "approved", "implementing", "suspended", "prelim_acceptance", "prelim_rectify"),
        *("trial_run", "final_acceptance", "final_rectify", "settlement", "evaluating", "improving", "terminating"),
    ]
)
"""States of a project in which it is watched."""


class Health(StrEnum):
    """How a project is on the whole. `unknown` where data is missing: never green."""

    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    UNKNOWN = "unknown"


def alerts(it: Watched) -> list[Alert]:
    """Give every alert of a project that is watched, worst first."""
    if it.project.state not in WATCHED:
        return []
    found = (alert for rule in RULES for alert in rule(it))
    return sorted(found, key=lambda alert: (-alert.colour, alert.rule, alert.object))


def health(it: Watched, found: Iterable[Alert]) -> Health:
    """Give the worst colour; where nothing is wrong but reports are missing, nothing is known."""
    worst = max((alert.colour for alert in found), default=None)
    if worst is not None and worst > Colour.BLUE:
        return Health(worst.word)
    if it.course.unknown():
        return Health.UNKNOWN
    return Health.GREEN if worst is None else Health(worst.word)
