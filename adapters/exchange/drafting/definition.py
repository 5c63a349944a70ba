"""A definition made of a chart: one state for each set of open steps."""

from msgspec import Struct

from adapters.exchange.chart import INITIATOR, Chart, Gap, Kind, Node
from adapters.exchange.drafting.actions import Ways, actions_of, asking, gives_all, refusal, taken
from adapters.exchange.drafting.markings import STATES_MAX, Outcome, Undrafted, joined
from adapters.exchange.drafting.preparing import in_event_scopes, prepared
from adapters.exchange.drafting.sheet import PHASE, Sheet
from adapters.exchange.drafting.text import yaml_text
from adapters.exchange.drafting.words import foreign, word
from adapters.exchange.naming import Names, slug
from engine.loading.limits import ACTIONS_MAX, NODES_MAX, SOURCE_BYTES_MAX
from engine.values import Json

TEXT_BYTES_MAX = SOURCE_BYTES_MAX - 64 * 1024
"""Longest text: there is room for the remarks above it."""

__all__ = ["Draft", "Undrafted", "draft"]


class Draft(Struct, frozen=True):
    """The text of a definition, and what of the chart it says otherwise."""

    key: str
    text: str
    gaps: tuple[Gap, ...]


def draft(chart: Chart) -> Draft:
    """Write a chart as a definition; raises Undrafted where that can not be done.

    What starts an event sub-process is noted by hand. Where that makes too much of it, they are left out, and told.
    """
    undoing, all_of_them = (in_event_scopes(chart, compensating=one) for one in (True, False))
    try:
        return _draft(chart, undoing)
    except Undrafted:
        if undoing == all_of_them:
            raise
        return _draft(chart, all_of_them)


def _draft(chart: Chart, left_out: set[str]) -> Draft:
    writer = Writer(prepared(chart, left_out))
    writer.sheet.gaps += [
        Gap(node.element, id, "event_scope", node.name) for id, node in chart.nodes.items() if id in left_out
    ]
    content = writer.content()
    if (values := _values(content)) > NODES_MAX:
        raise Undrafted("too_long", f"{values} > {NODES_MAX}")
    text = yaml_text(content)
    if (size := len(text.encode())) > TEXT_BYTES_MAX:
        raise Undrafted("too_long", f"{size} > {TEXT_BYTES_MAX}")
    return Draft(str(content["workflow"]), text, tuple(writer.sheet.gaps))


def _values(content: Json) -> int:
    """Count the values of a text as our loader counts them."""
    if isinstance(content, dict):
        return 1 + sum(1 + _values(value) for value in content.values())
    return 1 + sum(map(_values, content)) if isinstance(content, list) else 1


class Writer:
    """Goes through the markings, nearest first, and writes each as a state."""

    def __init__(self, chart: Chart) -> None:
        """Begin with an empty sheet."""
        self.sheet = Sheet(chart)
        self.chart, self.markings = chart, self.sheet.markings

    def content(self) -> dict[str, Json]:
        """Give the whole definition."""
        self._begin()
        for marking, end in self.sheet.waiting:
            if len(self.sheet.states) >= STATES_MAX:
                raise Undrafted("too_many_states", str(STATES_MAX))
            made = self._state(marking) if self.markings.active(marking) else self._end(marking, end)
            actions = made.get("actions")
            if isinstance(actions, dict) and len(actions) > ACTIONS_MAX:
                raise Undrafted("too_many_ways", f"{len(actions)} > {ACTIONS_MAX}")
            self.sheet.states[self.sheet.named[marking, end]] = made
        for node in dict.fromkeys(self.markings.merged):
            self.sheet.gaps.append(Gap(self._element(node), node, "tokens_merged"))
        fields = self._fields()
        key = slug(self.chart.title or self.chart.key, "process").replace("_", "-")
        return {
            "workflow": key if len(key) > 1 else f"{key}-process",
            "title": foreign(self.chart.title, self.chart.key),
            "phases": {PHASE: word("phase")},
            **({"fields": fields} if fields else {}),
            "states": {**self.sheet.states},
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
            self.sheet.first = self.sheet.state_of(starts[0])
            return
        self.sheet.first = self.sheet.names.give("start", "start")
        ways = Ways(self.sheet, "")
        submit = ways.of_outcomes(starts, "submit", self.chart.title)
        self.sheet.asked.update(dict.fromkeys(sorted(self.sheet.used)))
        self.sheet.states[self.sheet.first] = {
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

    def _end(self, marking: int, end: str) -> dict[str, Json]:
        """An end; or, where tokens are left that nothing can move, a state that no case leaves."""
        if marking & ~self.markings.net.ends:
            self.sheet.gaps.append(Gap("marking", self.sheet.named[marking, end], "stuck"))
            return {"title": word("finished"), "phase": PHASE}
        node = self.chart.nodes.get(end)
        name = node.name if node is not None else ""
        return {"title": foreign(name) if name else word("finished"), "phase": PHASE, "kind": "end"}

    def _state(self, marking: int) -> dict[str, Json]:
        steps = [self.chart.nodes[step] for step in self.markings.active(marking)]
        together = joined(self.markings, marking) if not any(step.joint or step.refuse for step in steps) else None
        if together is not None:
            return self._joint(steps, together)
        if len(steps) == 1:
            return self._single(steps[0], marking)
        return self._side_by_side(steps, marking)

    def _single(self, step: Node, marking: int) -> dict[str, Json]:
        is_first = self.sheet.named.get((marking, "")) == self.sheet.first
        return {
            "title": foreign(step.label),
            "phase": PHASE,
            **actions_of(self.sheet, step, self.markings.doings(marking), "submit" if is_first else "complete"),
        }

    def _joint(self, steps: list[Node], after: Outcome) -> dict[str, Json]:
        """Several steps, each done once, then on: a vote in which everybody is waited for."""
        target = self.sheet.state_of(after)
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
                self.sheet.gaps.append(
                    Gap(node.element or node.kind, node.id, "timer_beside" if node.period else "vote_beside")
                )
            ways = Ways(self.sheet, seat_of.get(host, ""), set(actions))
            made = ways.of_outcomes(list(doing.outcomes), "complete", node.label)
            anew = gives_all(self.sheet, node, doing.outcomes)
            actions |= {name: asking(self.sheet, action, anew=anew) for name, action in made.items()}
        for step in steps:
            actions |= self._refusal_beside(step, seat_of[step.id], actions)
        return {
            "title": foreign(" + ".join(step.label for step in steps)),
            "phase": PHASE,
            "who": {"seats": seats},
            "actions": actions,
        }

    def _refusal_beside(self, step: Node, seat: str, taken_names: dict[str, Json]) -> dict[str, Json]:
        """A refusal by one of several: all are called off. The step before is one of the case's, not of the branch."""
        names = Names(set(taken_names))
        told = Gap(step.element or step.kind, step.id, "refusal_beside")
        if step.refuse.startswith("previous") and told not in self.sheet.gaps:
            self.sheet.gaps.append(told)
        return {names.give(name, "act"): action for name, action in refusal(self.sheet, step, seat=seat).items()}

    def _fields(self) -> dict[str, Json]:
        """The variables of the conditions, as fields; filled where they are decided, else at the start."""
        variables = self.chart.variables
        for name in self.sheet.asked:
            form = self.sheet.states[self.sheet.first].setdefault("form", {"edit": [], "require": []})
            _ask(form, name)
        return {name: self._field(name, kind) for name, kind in variables.types.items() if name in self.sheet.used}

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
