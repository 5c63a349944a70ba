"""The engine and the workflows are pure: time, chance and files come in as arguments."""

import ast
from collections.abc import Iterator

from tests.tidy.sources import files_under, place, report, tree

CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp"}
CALENDAR_WORDS = {"datetime", "date"}
EFFECTS = {"open", "print", "input", "eval", "exec", "breakpoint", "__import__"}


def impure_calls(module: ast.Module) -> Iterator[tuple[int, str]]:
    """The line and name of each call that reads the clock or touches the world."""
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in EFFECTS:
                yield node.lineno, name
            case ast.Attribute(attr=clock, value=ast.Name(id=owner) | ast.Attribute(attr=owner)):
                if clock in CLOCKS and owner in CALENDAR_WORDS:
                    yield node.lineno, f"{owner}.{clock}"


def test_the_inner_layers_read_no_clock_and_touch_nothing() -> None:
    """`now` and whatever lies outside are handed to them."""
    problems = [
        f"{place(path, line)}: {name} - take it as an argument"
        for path in files_under("engine", "workflows")
        for line, name in impure_calls(tree(path))
    ]
    assert not problems, report(problems)


def test_the_rule_sees_every_way_to_ask_for_the_time() -> None:
    """The rule itself, on code that breaks it."""
    broken = "datetime.now(UTC); datetime.datetime.utcnow(); date.today(); clock = datetime.now; open('x')"
    assert len(list(impure_calls(ast.parse(broken)))) == 5
