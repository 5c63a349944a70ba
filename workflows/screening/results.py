"""What evaluations of an office's projects mean for its next ones.

Source: use of results [D]: excellent counts in the readiness of the next batch, poor asks for the lead group's consent.
"""

from engine.facts import Facts
from workflows.guards.reading import text_in

EVALUATION, CONCLUDED = "performance-evaluation", "concluded"
BEST, WORST = "A", "D"


def last_grade(facts: Facts, unit: str) -> str:
    """Give the grade of the newest concluded evaluation of a unit's projects; "" where there is none."""
    codes = [one.code for one in facts.titles(EVALUATION) if one.unit == unit and one.state == CONCLUDED]
    newest = facts.case(codes[-1]) if codes else None
    return text_in(newest.data, "grade") if newest is not None else ""
