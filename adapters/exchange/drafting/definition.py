"""A definition made of a chart: one state for each set of open steps."""

from dataclasses import dataclass, field

from adapters.exchange.chart import INITIATOR, Chart, Gap, Kind, Node
from adapters.exchange.drafting.actions import Ways, actions_of, taken
from adapters.exchange.drafting.markings import STATES_MAX, Markings, Outcome, Undrafted, joined, markings_of
from adapters.exchange.drafting.preparing import prepared
from adapters.exchange.drafting.text import yaml_text
from adapters.exchange.drafting.words import foreign, word
from adapters.exchange.naming import Names, slug
from engine.values import Json

PHASE = "process"
REFUSED = "refused"
__all__ = ["Draft", "Undrafted", "draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a definition, and what of the chart it says otherwise."""

    key: str
    text: str
    gaps: tuple[Gap, ...]


def draft(chart: Chart) -> Draft:
    """Write a chart as a definition; raises Undrafted where that can not be done."""
    writer = Writer(prepared(chart))
    content = writer.content()
    return Draft(str(content["workflow"]), yaml_text(content), tuple(writer.gaps))


@dataclass(slots=True)
class Writer:
    """Goes through the markings, nearest first, and writes each as a state."""

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

    def content(self) -> dict[str, Json]:
        """Give the whole definition."""
        self._begin()
        for marking, end in self.waiting:
            if len(self.states) >= STATES_MAX:
                raise Undrafted("too_many_states", str(STATES_MAX))
            name = self.named[marking, end]
            self.states[name] = self._state(marking) if self.markings.active(marking) else self._end(marking, end)
        for node in dict.fromkeys(self.markings.merged):
            self.gaps.append(Gap(self._element(node), node, "tokens_merged"))
        fields = self._fields()
        key = slug(self.chart.title or self.chart.key, "process").replace("_", "-")
        return {
            "workflow": key if len(key) > 1 else f"{key}-process",
            "title": foreign(self.chart.title, self.chart.key),
            "phases": {PHASE: word("phase")},
            **({"fields": fields} if fields else {}),
            "states": {**self.states},
        }

    def _element(self, name: str) -> str:
        node = self.markings.net.chart.nodes[name]
        return node.element or node.kind

    def _begin(self) -> None:
        """Write the first state: the initiator's own step where the chart begins with one, else one to send off."""
        starts = self.markings.begin()
        if not starts:
            raise Undrafted("no_start")
        if len(starts) == 1 and self._is_own(starts[0].marking):
            self.first = self.state_of(starts[0])
            return
        self.first = self.names.give("start", "start")
        ways = Ways(self, "")
        submit = ways.of_outcomes(starts, "submit", self.chart.title)
        self.states[self.first] = {
            "title": word("start"),
            "phase": PHASE,
            "who": INITIATOR,
            "actions": submit,
        }

    def _is_own(self, marking: int) -> bool:
        steps = [self.chart.nodes[step] for step in self.markings.active(marking)]
        return (
            len(steps) == 1 and steps[0].kind is Kind.TASK and steps[0].who in (None, INITIATOR) and not steps[0].joint
        )

    def state_of(self, outcome: Outcome) -> str:
        """Give the name of the state an outcome leads to; it will be written."""
        steps = self.markings.active(outcome.marking)
        key = (outcome.marking, "" if steps else outcome.end)
        if key not in self.named:
            labels = [self.chart.nodes[step].label for step in steps] or [self.end_label(outcome.end)]
            self.named[key] = self.names.give("_and_".join(slug(label, "step") for label in labels), "state")
            self.waiting.append(key)
        return self.named[key]

    def end_label(self, end: str) -> str:
        return self.chart.nodes[end].name or "finished" if end else "finished"

    def _end(self, marking: int, end: str) -> dict[str, Json]:
        """An end; or, where tokens are left that nothing can move, a state that no case leaves."""
        if marking & ~self.markings.net.ends:
            self.gaps.append(Gap("marking", self.named[marking, end], "stuck"))
            return {"title": word("finished"), "phase": PHASE}
        node = self.chart.nodes.get(end)
        name = node.name if node is not None else ""
        return {"title": foreign(name) if name else word("finished"), "phase": PHASE, "kind": "end"}

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

    def _state(self, marking: int) -> dict[str, Json]:
        steps = [self.chart.nodes[step] for step in self.markings.active(marking)]
        together = joined(self.markings, marking) if not any(step.joint or step.refuse for step in steps) else None
        if together is not None:
            return self._joint(steps, together)
        if len(steps) == 1:
            return self._single(steps[0], marking)
        return self._side_by_side(steps, marking)

    def _single(self, step: Node, marking: int) -> dict[str, Json]:
        return {
            "title": foreign(step.label),
            "phase": PHASE,
            **actions_of(self, step, self.markings.doings(marking)),
        }

    def _joint(self, steps: list[Node], after: Outcome) -> dict[str, Json]:
        """Several steps, each done once, then on: a vote in which everybody is waited for."""
        target = self.state_of(after)
        return {
            "title": foreign(" + ".join(step.label for step in steps)),
            "phase": PHASE,
            "who": {"seats": self._seats(steps)},
            "vote": {"by": "all", "needs": "all", "passed": "go_on", "failed": "go_on"},
            "actions": {
                "complete": {"title": word("complete"), "vote": "pass"},
                "object": {"title": word("object"), "vote": "reject", "comment": "required"},
                "go_on": {"title": word("go_on"), "to": target, "who": "system"},
            },
        }

    def _seats(self, steps: list[Node]) -> dict[str, Json]:
        names = Names()
        return {names.give(step.label, "seat"): {"title": foreign(step.label), **taken(step)} for step in steps}

    def _side_by_side(self, steps: list[Node], marking: int) -> dict[str, Json]:
        """Steps that end one by one: a seat for each, and an action of that seat for each way out of it."""
        seats = self._seats(steps)
        seat_of = {step.id: name for step, name in zip(steps, seats, strict=True)}
        actions: dict[str, Json] = {}
        for doing in self.markings.doings(marking):
            node = self.chart.nodes[doing.node]
            host = node.attached if node.kind is Kind.BOUNDARY else node.id
            if node.period or (node.kind is Kind.TASK and node.joint):
                self.gaps.append(
                    Gap(node.element or node.kind, node.id, "timer_beside" if node.period else "vote_beside")
                )
            ways = Ways(self, seat_of.get(host, ""), set(actions))
            actions |= ways.of_outcomes(list(doing.outcomes), "complete", node.label)
        return {
            "title": foreign(" + ".join(step.label for step in steps)),
            "phase": PHASE,
            "who": {"seats": seats},
            "actions": actions,
        }

    def _fields(self) -> dict[str, Json]:
        """The variables of the conditions, as fields; filled where they are decided, else at the start."""
        variables = self.chart.variables
        for name in self.asked:
            form = self.states[self.first].setdefault("form", {"edit": [], "require": []})
            _ask(form, name)
        return {name: self._field(name, kind) for name, kind in variables.types.items() if name in self.used}

    def _field(self, name: str, kind: str) -> dict[str, Json]:
        variables = self.chart.variables
        made: dict[str, Json] = {"type": kind, "title": foreign(variables.titles.get(name, name))}
        if kind == "choice":
            of = {value: foreign(text, value) for value, text in variables.texts[name].items()}
            made["of"] = {**of, **({} if "other" in of else {"other": word("other")})}
        return made


def _ask(form: Json, name: str) -> None:
    """Let a form ask for a field."""
    assert isinstance(form, dict)
    for key in ("edit", "require"):
        names = form.setdefault(key, [])
        assert isinstance(names, list)
        if name not in names:
            names.append(name)
