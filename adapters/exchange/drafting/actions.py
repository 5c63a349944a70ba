"""The actions of a state: one for each way that somebody, a vote or the clock can take."""

import re
from collections.abc import Iterable

from msgspec import Struct, field, structs

from adapters.exchange.chart import INITIATOR, Flow, Gap, Kind, Node
from adapters.exchange.drafting.markings import EVENTS, Doing, Outcome
from adapters.exchange.drafting.possible import can_hold
from adapters.exchange.drafting.sheet import Sheet
from adapters.exchange.drafting.words import beside, foreign, titled, word
from adapters.exchange.naming import Names
from adapters.exchange.net.normal import original
from engine.definition import ActionKind, Comment
from engine.loading.limits import TARGETS_MAX
from engine.values import Json

KINDS = frozenset(kind.value for kind in ActionKind if kind is not ActionKind.FORWARD)
COMMENTS = frozenset(comment.value for comment in Comment if comment is not Comment.NONE)
GIVING = frozenset({"serviceTask", "scriptTask", "businessRuleTask"})
"""Steps of a system that may change what conditions read."""

RETRY = "1 working day"
"""When the clock tries again what a condition did not let it do."""

_FIELD = re.compile(r"item\.([a-z]\w*)")
_EQUAL = re.compile(r"(item\.[a-z]\w*) == (\"[^\"]*\"|true|false|-?\d+(?:\.\d+)?)")


def taken(step: Node) -> dict[str, Json]:
    """Give who does a step, as a seat says it."""
    if isinstance(step.who, dict):
        return dict(step.who)
    return {"who": INITIATOR}


class Ways(Struct):
    """Writes the actions by which the outcomes of one doing are reached."""

    sheet: Sheet
    seat: str = ""
    given: set[str] = field(default_factory=set)

    def of_outcomes(self, outcomes: list[Outcome], name: str, label: str, **extra: Json) -> dict[str, Json]:
        """Give one action where conditions decide or nothing is to decide; else one for each way."""
        if not (own := _by_action(outcomes)):
            return self._of(outcomes, name, label, extra)
        actions: dict[str, Json] = {}
        for flow, rest in own:
            actions |= self._of(rest, flow.own, flow.name, {**extra, **_manner(flow)}, is_own=True)
            self.given |= actions.keys()
        return actions

    def _of(
        self, outcomes: list[Outcome], name: str, label: str, extra: dict[str, Json], *, is_own: bool = False
    ) -> dict[str, Json]:
        names = Names(set(self.given))
        places: dict[str, Json] = {**extra, **({"seats": [self.seat]} if self.seat else {})}
        decided = self._decided(outcomes)
        if decided is not None:
            picks = outcomes[0].picks if len(outcomes) == 1 and not is_own else ()
            said = " · ".join(flow.name for flow in picks if flow.name)
            title = foreign(said or label) if said or (label and (is_own or self.seat)) else titled(name)
            return {names.give(said or name, "act"): {"title": title, "to": decided, **places, **_taker(outcomes)}}
        actions: dict[str, Json] = {}
        for outcome in outcomes:
            words = " · ".join(dict.fromkeys(flow.name for flow in outcome.picks if flow.name))
            target = self.sheet.state_of(outcome)
            title = words or f"→ {self._target_label(outcome)}"
            actions[names.give(words or target, "way")] = {
                "title": foreign(title),
                "to": target,
                **places,
                **_taker([outcome]),
            }
        return actions

    def _target_label(self, outcome: Outcome) -> str:
        sheet = self.sheet
        steps = sheet.markings.active(outcome.marking)
        return " + ".join(sheet.chart.nodes[step].label for step in steps) or sheet.end_label(outcome.end)

    def _decided(self, outcomes: list[Outcome]) -> Json:
        """Give where one action leads: a state, or several by conditions; None when a person has to choose."""
        if len(outcomes) == 1 and not any(flow.condition for flow in outcomes[0].picks):
            return self.sheet.state_of(outcomes[0])
        if len(outcomes) > TARGETS_MAX:
            return None
        said: list[tuple[str, Outcome]] = []
        for outcome in outcomes:
            parts = self._conditions(outcome.picks)
            if parts is None:
                return None
            condition = _all_of(parts)
            if not _contradict(parts) and can_hold(condition, self.sheet.chart.variables):
                said.append((condition, outcome))
        said.sort(key=lambda pair: not pair[0])
        if not said or sum(not condition for condition, _ in said) > 1:
            return None
        if said and not said[-1][0] and len({self.sheet.state_of(outcome) for _, outcome in said}) == 1:
            return self.sheet.state_of(said[0][1])
        for condition, _ in said:
            self.sheet.used.update(_FIELD.findall(condition))
        return [
            {"state": self.sheet.state_of(outcome), **({"if": condition} if condition else {})}
            for condition, outcome in said
        ]

    def _conditions(self, picks: tuple[Flow, ...]) -> list[str] | None:
        """Give the conditions of a way through gateways: none for the default, None when a person has to choose."""
        parts: list[str] = []
        for source in dict.fromkeys(flow.source for flow in picks):
            chosen = {flow.id for flow in picks if flow.source == source}
            parted = _parted(self.sheet.markings.ways[source], chosen, self.sheet.chart.nodes.get(original(source)))
            if parted is None:
                return None
            parts += parted
        return parts


def _by_action(outcomes: list[Outcome]) -> list[tuple[Flow, list[Outcome]]]:
    """Give the outcomes of each action, where we wrote the file and every way begins with one."""
    found: dict[Flow, list[Outcome]] = {}
    for outcome in outcomes:
        if not outcome.picks or not outcome.picks[0].own:
            return []
        found.setdefault(outcome.picks[0], []).append(structs.replace(outcome, picks=outcome.picks[1:]))
    return [*found.items()]


def _manner(flow: Flow) -> dict[str, Json]:
    """Give what sort of action it is and whether it asks for an opinion, where that is not the usual."""
    return {
        **({"kind": flow.kind} if flow.kind in KINDS else {}),
        **({"comment": flow.comment} if flow.comment in COMMENTS else {}),
    }


def _taker(outcomes: list[Outcome]) -> dict[str, Json]:
    """Give who takes a way that is not for everybody who has the step."""
    takers = [flow.who for outcome in outcomes for flow in outcome.picks if flow.who is not None]
    return {"who": takers[-1]} if takers else {}


def _parted(ways: list[Flow], chosen: set[str], gateway: Node | None) -> list[str] | None:
    """Give the conditions under which just these ways of a gateway are taken."""
    open_ways = [flow for flow in ways if not flow.condition]
    if any(flow.is_conditional and not flow.is_default for flow in open_ways) or len(open_ways) > 1:
        return None
    is_inclusive = gateway is None or gateway.kind is not Kind.EXCLUSIVE
    parts = [flow.condition for flow in ways if flow.id in chosen and flow.condition]
    if is_inclusive and parts:
        parts += [f"!({flow.condition})" for flow in ways if flow.id not in chosen and flow.condition]
    return parts


def _all_of(parts: list[str]) -> str:
    """Join conditions that all have to hold, keeping alternatives together."""
    return " && ".join(f"({part})" if "||" in part else part for part in parts) if len(parts) > 1 else "".join(parts)


def _contradict(parts: list[str]) -> bool:
    """Say whether conditions can not hold together: one field equal to two values, or a condition and its opposite."""
    values: dict[str, str] = {}
    for found in map(_EQUAL.fullmatch, parts):
        if found is not None and values.setdefault(found[1], found[2]) != found[2]:
            return True
    return any(f"!({part})" in parts for part in parts)


def gives_all(sheet: Sheet, step: Node, outcomes: Iterable[Outcome]) -> bool:
    """Say whether a step may change what its conditions read: a system's, and one that is come back to at once."""
    return step.element in GIVING or any(step.id in sheet.markings.active(outcome.marking) for outcome in outcomes)


def asking(sheet: Sheet, action: Json, *, anew: bool) -> Json:
    """Give an action that asks itself for what its conditions decide by; amounts are asked at the start, or anew."""
    assert isinstance(action, dict)
    names, asks = sorted(_read({"": action})), dict(action)
    if sheet.chart.asks_first:
        sheet.asked.update(dict.fromkeys(names))
    else:
        _decide_here(sheet, asks, names, anew=anew)
    return asks


def actions_of(sheet: Sheet, step: Node, doings: list[Doing], done: str) -> dict[str, Json]:
    """Give who, vote, deadline and actions of a state with one step; `done` is the action of having done it."""
    made: dict[str, Json] = {}
    actions: dict[str, Json] = {}
    ladder: list[Json] = []
    is_noted = any(sheet.chart.nodes[doing.node].kind in EVENTS for doing in doings)
    if step.kind is Kind.TASK or not step.period or is_noted:
        made["who"] = step.who if step.who is not None else INITIATOR
    for doing in doings:
        node = sheet.chart.nodes[doing.node]
        outcomes = list(doing.outcomes)
        if node.kind not in EVENTS:
            actions |= _completion(sheet, node, outcomes, made, done)
            continue
        ways = Ways(sheet, "", set(actions))
        by_clock = node.period and node.interrupting and "due" not in made and len(outcomes) == 1
        if by_clock and step.kind is Kind.TASK:
            expiry = ways.of_outcomes(outcomes, "expire", node.label, who="system")
            made["due"] = node.period
            ladder += [{"at": "due", "act": name} for name in expiry]
            actions |= expiry
        else:
            if node.period:
                sheet.gaps.append(Gap(node.element or node.kind, node.id, "timer_beside"))
            actions |= _by_hand(ways, outcomes, node)
    if ladder:
        made["escalate"] = ladder
    if step.rests:
        return {
            "kind": "rest",
            "actions": {name: _taken_by(made.get("who"), action) for name, action in actions.items()},
        }
    made["actions"] = actions
    return made


def _taken_by(who: Json, action: Json) -> Json:
    """Let an action of a state in which nobody has a task be taken by who would have it."""
    return {"who": who, **action} if isinstance(action, dict) else action


def _by_hand(ways: Ways, outcomes: list[Outcome], node: Node) -> dict[str, Json]:
    """An event at the edge of a step or around it, noted by whoever has the step."""
    actions = ways.of_outcomes(outcomes, "event", node.label, kind="neutral") if len(outcomes) > 1 else {}
    if not actions:
        name = Names(ways.given).give(node.label, "event")
        actions = {name: {"title": foreign(node.label), "to": ways.sheet.state_of(outcomes[0]), "kind": "neutral"}}
    return actions


def _completion(sheet: Sheet, step: Node, outcomes: list[Outcome], made: dict[str, Json], done: str) -> dict[str, Json]:
    """What completing a step is: an action, a vote, or the clock."""
    ways = Ways(sheet)
    before = set(sheet.used)
    if step.kind is Kind.WAIT and step.period:
        actions = ways.of_outcomes(outcomes, "go_on", step.label, who="system")
        if len(actions) > 1:
            sheet.gaps.append(Gap(step.element or step.kind, step.id, "timer_beside"))
            actions = {name: _for(INITIATOR, action) for name, action in actions.items()}
        else:
            made["due"] = step.period
            made["escalate"] = [{"at": "due", "act": name, "retry": RETRY} for name in actions]
        return _asked(sheet, before, actions)
    if step.joint is not None:
        return _asked(sheet, before, _vote(sheet, step, outcomes, made))
    actions = ways.of_outcomes(outcomes, done, step.label)
    new = [name for name in sheet.used if name not in before]
    if sheet.chart.asks_first:
        sheet.asked.update(dict.fromkeys(sorted(new)))
    else:
        _decide_here(sheet, made, sorted(_read(actions)), anew=gives_all(sheet, step, outcomes))
    return {**actions, **refusal(sheet, step)}


def _for(who: Json, action: Json) -> Json:
    assert isinstance(action, dict)
    return {**action, "who": who}


def _read(actions: dict[str, Json]) -> set[str]:
    """Give the fields that the conditions of actions read."""
    found: set[str] = set()
    for action in actions.values():
        to = action.get("to") if isinstance(action, dict) else None
        for target in to if isinstance(to, list) else ():
            if isinstance(target, dict):
                found.update(_FIELD.findall(str(target.get("if", ""))))
    return found


def _decide_here(sheet: Sheet, made: dict[str, Json], names: list[str], *, anew: bool) -> None:
    """Ask for what is decided here on this step's form; amounts are known from the start, and asked again `anew`."""
    types = sheet.chart.variables.types
    decided = [name for name in names if types.get(name) in ("boolean", "choice")]
    known = [name for name in names if name not in decided]
    sheet.asked.update(dict.fromkeys(known))
    entered: list[Json] = [*decided, *(known if anew else ())]
    if entered:
        made["form"] = {"edit": entered, "require": list(entered)}


def _asked(sheet: Sheet, before: set[str], actions: dict[str, Json]) -> dict[str, Json]:
    """Ask at the start for what votes and clocks decide by."""
    sheet.asked.update(dict.fromkeys(sorted(sheet.used - before | _read(actions))))
    return actions


def _vote(sheet: Sheet, step: Node, outcomes: list[Outcome], made: dict[str, Json]) -> dict[str, Json]:
    """Several people at once: all answer, then the case goes on, or back where the model says so."""
    assert step.joint is not None
    who = made["who"]
    if isinstance(who, dict) and who.keys() & {"role", "user", "head"} and not who.get("each") and "field" not in who:
        sheet.gaps.append(Gap(step.element or step.kind, step.id, "several_people"))
    if isinstance(who, dict) and "field" in who:
        name = str(who["field"])
        sheet.used.add(name)
        sheet.asked[name] = None
    on = Ways(sheet, "", {"agree", "object"}).of_outcomes(outcomes, "go_on", step.label, who="system")
    if len(on) > 1:
        sheet.gaps.append(Gap(step.element or step.kind, step.id, "vote_then_choice"))
        decision = sheet.decision(step, {name: _for(INITIATOR, action) for name, action in on.items()})
        on = {"go_on": {"title": word("go_on"), "to": decision, "who": "system"}}
    (passed,) = on
    back = refusal(sheet, step, "system")
    failed = next(iter(back), passed)
    rule = dict(step.joint)
    if failed == passed and rule.get("by") == "all":
        rule["needs"] = "all"
    made["vote"] = {**rule, "passed": passed, "failed": failed}
    return {
        "agree": {"title": word("agree"), "vote": "pass"},
        "object": {"title": word("object"), "vote": "reject", "comment": "required"},
        **on,
        **back,
    }


def refusal(sheet: Sheet, step: Node, who: str = "", seat: str = "") -> dict[str, Json]:
    """Where a refusal leads, in models that say so; of a `seat`, where other steps are beside this one."""
    if not step.refuse:
        return {}
    action: dict[str, Json] = {"title": word("refuse"), **({"who": who} if who else {"comment": "required"})}
    if seat:
        action |= {"title": beside("refuse", step.label), "seats": [seat]}
    if step.refuse == "end":
        return {"refuse": {**action, "kind": "negative", "to": sheet.refused()}}
    where, _, way_back = step.refuse.partition(" ")
    to: Json = {"back": "previous"} if where == "previous" else sheet.first
    return {"refuse": {**action, "kind": "return", "to": to, **({"resubmit": way_back} if way_back else {})}}
