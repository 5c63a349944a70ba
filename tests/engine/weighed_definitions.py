"""Random small definitions whose conditions can all be weighed: returns, timers, automatic steps, data, one rule."""

from dataclasses import replace

from hypothesis import strategies as st

from engine.builtin_guards import BUILTIN
from engine.definition import Definition
from engine.loading import load
from engine.problem import DefinitionErrors
from engine.process import Process, compile_process

TITLE = "title: {zh: a, en: b}, phase: p"
TOP = """workflow: weighed
title: {zh: a, en: b}
phases: {p: {zh: a, en: b}}
fields:
  a: {type: integer, title: {zh: a, en: b}, min: 0, max: 3}
  b: {type: choice, title: {zh: a, en: b}, of: {x: {zh: a, en: b}, y: {zh: a, en: b}}}
states:
"""
NAMED = "title: {zh: a, en: b}"

CONDITIONS = (
    "item.a <= 1",
    "item.a == 2",
    'item.a > 2 || item.b == \\"x\\"',
    'item.b != \\"x\\"',
    '\\"b\\" in item.filled',
    '!(\\"a\\" in item.filled) || item.a < 3',
    'visits[\\"s1\\"] < 2',
    'times[\\"s0.go\\"] >= 1',
)
RULES = (
    "end only after s1",
    "s1 never after s2",
    "s0 never after s0",
    "s1 is followed by s2",
    "end is followed by s1",
    "item.a <= 2 whenever in s1",
    '!("a" in item.filled) || item.a != 1 whenever in s2',
)


def _target(draw: st.DrawFn, states: list[str]) -> str:
    plain = st.sampled_from(states)
    if draw(st.integers(0, 2)):
        return draw(plain)
    condition = draw(st.sampled_from(CONDITIONS))
    return f'[{{state: {draw(plain)}, if: "{condition}"}}, {{state: {draw(plain)}}}]'


def _guard(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        return ""
    return f', require: [{{that: "{draw(st.sampled_from(CONDITIONS))}", else: {{zh: a, en: b}}}}]'


def _people(draw: st.DrawFn, states: list[str], *, may_return: bool) -> list[str]:
    """Give what people may do in a state."""
    actions = [f"go: {{{NAMED}, to: {_target(draw, states)}{_guard(draw)}}}"]
    if draw(st.booleans()):
        sets = draw(st.sampled_from(["", ", set: {a: '3'}", ", set: {a: '0'}"]))
        form = draw(st.sampled_from(["", ", form: {require: [b]}", ", form: {edit: [b]}"]))
        actions.append(f"aside: {{{NAMED}, to: {_target(draw, states)}, kind: neutral{sets}{form}{_guard(draw)}}}")
    if may_return and draw(st.booleans()):
        back, again = draw(st.sampled_from(["previous", "earlier"])), draw(st.sampled_from(["walk", "straight"]))
        actions.append(f"back: {{{NAMED}, to: {{back: {back}}}, kind: return, resubmit: {again}{_guard(draw)}}}")
    return actions


def _who(draw: st.DrawFn) -> str:
    """Give the initiator; now and then only under a condition, which may keep cases from coming here."""
    if draw(st.integers(0, 5)):
        return "initiator"
    return f'{{first: [{{if: "{draw(st.sampled_from(CONDITIONS))}", who: initiator}}]}}'


def _state(draw: st.DrawFn, name: str, states: list[str]) -> str:
    is_alone = draw(st.integers(0, 7)) == 0
    actions = [] if is_alone else _people(draw, states, may_return=name != states[0])
    if draw(st.integers(0, 3)) == 0:
        actions.append(f"auto: {{{NAMED}, to: {_target(draw, states)}, who: system, automatic: true{_guard(draw)}}}")
    ladder = ""
    if draw(st.integers(0, 3)) == 0 or is_alone:
        late = "go" if is_alone else "late"
        actions.append(f"{late}: {{{NAMED}, to: {_target(draw, states)}, who: system{_guard(draw)}}}")
        retry = draw(st.sampled_from(["", ", retry: 1 day"]))
        rungs = [f"{{at: due, act: {late}{retry}}}"]
        if draw(st.integers(0, 2)) == 0:
            actions.append(f"later: {{{NAMED}, to: {_target(draw, states)}, who: system{_guard(draw)}}}")
            rungs.append("{at: due + 2 days, act: later}")
        ladder = f", due: 2 days, escalate: [{', '.join(rungs)}]"
    who = "system" if is_alone else _who(draw)
    edit = draw(st.sampled_from(["", "a", "b", "a, b"]))
    return f"  {name}: {{{TITLE}, who: {who}, form: {{edit: [{edit}]}}{ladder}, actions: {{{', '.join(actions)}}}}}\n"


@st.composite
def weighed(draw: st.DrawFn) -> str:
    """Give the text of a definition of three states and an end, with one rule."""
    names = [f"s{number}" for number in range(3)]
    states = "".join(_state(draw, name, [*names, "end"]) for name in names)
    return f"{TOP}{states}  end: {{{TITLE}, kind: end}}\nalways:\n  - '{draw(st.sampled_from(RULES))}'\n"


def loaded(source: str) -> Definition | None:
    """Load a definition; None where a return has nowhere to go back to."""
    try:
        return load(source, file="weighed.yaml", book=BUILTIN, version=1)
    except DefinitionErrors as errors:
        if {problem.code for problem in errors.problems} == {"no_step_back"}:
            return None
        raise


def without_rules(definition: Definition) -> Process:
    """Compile a definition whose rules nobody keeps, so that runs show what breaks them."""
    return compile_process(replace(definition, always=()), BUILTIN)
