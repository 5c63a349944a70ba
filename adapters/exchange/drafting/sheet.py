"""What is written of a definition so far: the states that were named, those that are done, and what was left out."""

from dataclasses import dataclass, field

from adapters.exchange.chart import INITIATOR, Chart, Gap, Node
from adapters.exchange.drafting.markings import STATES_MAX, Markings, Outcome, Undrafted, markings_of
from adapters.exchange.drafting.words import foreign, word
from adapters.exchange.naming import Names, slug
from engine.values import Json

PHASE = "process"
REFUSED = "refused"


@dataclass(slots=True)
class Sheet:
    """States as they are written, nearest first: `waiting` are named and still to be written.

    `used` are the fields that conditions read, `asked` those that the first form asks for.
    """

    chart: Chart
    markings: Markings = field(init=False)
    names: Names = field(default_factory=Names)
    named: dict[tuple[int, str], str] = field(default_factory=dict)
    waiting: list[tuple[int, str]] = field(default_factory=list)
    states: dict[str, dict[str, Json]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    first: str = ""
    used: set[str] = field(default_factory=set)
    asked: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Compile the chart."""
        self.markings = markings_of(self.chart)

    def state_of(self, outcome: Outcome) -> str:
        """Give the name of the state an outcome leads to; it will be written."""
        steps = self.markings.active(outcome.marking)
        key = (outcome.marking, "" if steps else outcome.end)
        if key not in self.named:
            if len(self.named) >= STATES_MAX:
                raise Undrafted("too_many_states", str(STATES_MAX))
            self.named[key] = self.names.give(self._name(steps, outcome.end), "state")
            self.waiting.append(key)
        return self.named[key]

    def _name(self, steps: list[str], end: str) -> str:
        """Give the name of a state: the one it had when we wrote the file, else of the labels of what is open."""
        known = self.chart.nodes.get(steps[0] if steps else end)
        if len(steps) <= 1 and known is not None and known.own:
            return known.own
        labels = [self.chart.nodes[step].label for step in steps] or [self.end_label(end)]
        return "_and_".join(slug(label, "step") for label in labels)

    def end_label(self, end: str) -> str:
        """Give the name of an end as a person reads it."""
        return self.chart.nodes[end].name or "finished" if end else "finished"

    def refused(self) -> str:
        """Give the end of what was refused for good."""
        if REFUSED not in self.states:
            self.names.taken.add(REFUSED)
            self.states[REFUSED] = {"title": word("refused"), "phase": PHASE, "kind": "end"}
        return REFUSED

    def decision(self, step: Node, actions: dict[str, Json]) -> str:
        """Add a step in which the initiator chooses the way after several people's answer; gives its name."""
        name = self.names.give(f"{slug(step.label, 'step')}_decision", "decision")
        self.states[name] = {"title": foreign(f"{step.label} →"), "phase": PHASE, "who": INITIATOR, "actions": actions}
        return name
