"""Random small definitions whose conditions can all be weighed: returns, timers, automatic steps, data, one rule.

Their fields are compared with constants and with each other, and one is computed by choosing.
"""

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
  c: {type: integer, title: {zh: a, en: b}, min: 1, max: 2}
  d:
    type: choice
    title: {zh: a, en: b}
    of: {less: {zh: a, en: b}, none: {zh: a, en: b}, more: {zh: a, en: b}}
    computed: 'item.a == 0 ? "none" : (item.a < item.c ? "less" : "more")'
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
RELATED = (
    "item.a < item.c",
    "item.c == item.a || item.a > 2",
    "item.a <= 1",
    "item.c > item.a && item.a > 0",
    'visits[\\"s1\\"] < 2',
    'item.d == \\"less\\"',
    'item.d in [\\"none\\", \\"more\\"] && item.c > 1',
    '!(\\"d\\" in item.filled)',
)
EDITS = ("", "a", "b", "a, b")
RELATED_EDITS = ("", "a", "c", "a, c")
RULES = (
    "end only after s1",
    "s1 never after s2",
    "s0 never after s0",
    "s1 is followed by s2",
    "end is followed by s1",
    "item.a <= 2 whenever in s1",
    '!("a" in item.filled) || item.a != 1 whenever in s2',
    '!("d" in item.filled) || item.d != "less" whenever in s1',
    '!("c" in item.filled) || item.a >= item.c whenever in s2',
)


def _target(draw: st.DrawFn, states: list[str], conditions: tuple[str, ...]) -> str:
    plain = st.sampled_from(states)
    if draw(st.integers(0, 2)):
        return draw(plain)
    condition = draw(st.sampled_from(conditions))
    return f'[{{state: {draw(plain)}, if: "{condition}"}}, {{state: {draw(plain)}}}]'


def _guard(draw: st.DrawFn, conditions: tuple[str, ...]) -> str:
    if draw(st.booleans()):
        return ""
    return f', require: [{{that: "{draw(st.sampled_from(conditions))}", else: {{zh: a, en: b}}}}]'


def _people(draw: st.DrawFn, states: list[str], conditions: tuple[str, ...], *, may_return: bool) -> list[str]:
    """Give what people may do in a state."""
    actions = [f"go: {{{NAMED}, to: {_target(draw, states, conditions)}{_guard(draw, conditions)}}}"]
    if draw(st.booleans()):
        sets = draw(st.sampled_from(["", ", set: {a: '3'}", ", set: {a: '0'}"]))
        form = draw(st.sampled_from(["", ", form: {require: [b]}", ", form: {edit: [b]}", ", form: {require: [d]}"]))
        more = f"{sets}{form}{_guard(draw, conditions)}"
        actions.append(f"aside: {{{NAMED}, to: {_target(draw, states, conditions)}, kind: neutral{more}}}")
    if may_return and draw(st.booleans()):
        back, again = draw(st.sampled_from(["previous", "earlier"])), draw(st.sampled_from(["walk", "straight"]))
        actions.append(
            f"back: {{{NAMED}, to: {{back: {back}}}, kind: return, resubmit: {again}{_guard(draw, conditions)}}}"
        )
    return actions


def _who(draw: st.DrawFn, conditions: tuple[str, ...]) -> str:
    """Give the initiator; now and then only under a condition, which may keep cases from coming here."""
    if draw(st.integers(0, 5)):
        return "initiator"
    return f'{{first: [{{if: "{draw(st.sampled_from(conditions))}", who: initiator}}]}}'


def _state(draw: st.DrawFn, name: str, states: list[str], *, is_related: bool) -> str:
    conditions = RELATED if is_related else CONDITIONS
    is_alone = draw(st.integers(0, 7)) == 0
    actions = [] if is_alone else _people(draw, states, conditions, may_return=name != states[0])
    if draw(st.integers(0, 3)) == 0:
        target, guard = _target(draw, states, conditions), _guard(draw, conditions)
        actions.append(f"auto: {{{NAMED}, to: {target}, who: system, automatic: true{guard}}}")
    ladder = ""
    if draw(st.integers(0, 3)) == 0 or is_alone:
        late = "go" if is_alone else "late"
        actions.append(
            f"{late}: {{{NAMED}, to: {_target(draw, states, conditions)}, who: system{_guard(draw, conditions)}}}"
        )
        retry = draw(st.sampled_from(["", ", retry: 1 day"]))
        rungs = [f"{{at: due, act: {late}{retry}}}"]
        if draw(st.integers(0, 2)) == 0:
            actions.append(
                f"later: {{{NAMED}, to: {_target(draw, states, conditions)}, who: system{_guard(draw, conditions)}}}"
            )
            rungs.append("{at: due + 2 days, act: later}")
        ladder = f", due: 2 days, escalate: [{', '.join(rungs)}]"
    who = "system" if is_alone else _who(draw, conditions)
    edit = draw(st.sampled_from(RELATED_EDITS if is_related else EDITS))
    return f"  {name}: {{{TITLE}, who: {who}, form: {{edit: [{edit}]}}{ladder}, actions: {{{', '.join(actions)}}}}}\n"


@st.composite
def weighed(draw: st.DrawFn) -> str:
    """Give the text of a definition of three states and an end, with one rule."""
    names = [f"s{number}" for number in range(3)]
    is_related = draw(st.booleans())
    states = "".join(_state(draw, name, [*names, "end"], is_related=is_related) for name in names)
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
