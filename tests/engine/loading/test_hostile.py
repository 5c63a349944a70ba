"""Sources written to hurt: each is answered within a second, in little memory, with a place and a reason."""

import resource
import time
from collections.abc import Callable

import pytest

from engine.checking import check
from engine.loading import limits
from engine.problem import Problem
from tests.engine.loading.sample import BOOK, ROLES, SAMPLE, changed
from tests.pace import slowness

SECONDS_MAX = 1.0
MEMORY_KIB_MAX = 64 * 1024
TITLE = "title: {zh: a, en: b}"


def verdict(source: str) -> list[Problem]:
    """Check a source within the bounds; every problem says where, and is one line."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pace, start = slowness(), time.process_time()
    found = check(source, file="evil.yaml", book=BOOK, roles=ROLES)
    assert (time.process_time() - start) / pace < SECONDS_MAX
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY_KIB_MAX
    for problem in found.problems:
        assert problem.where.startswith("evil.yaml:")
        assert "\n" not in problem.message
        assert len(problem.message) < 1_000
    return list(found.problems)


def bomb() -> str:
    """A billion laughs: nine anchors, each nine times the last."""
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    return "\n".join(lines)


def fields(count: int, line: str) -> str:
    """The sample with many more fields, `#` being a number."""
    more = "".join(line.replace("#", str(number)) for number in range(count))
    return changed("  score:", more + "  score:")


HOSTILE: dict[str, tuple[Callable[[], str], str]] = {
    "nothing": (lambda: "", "empty"),
    "only a comment": (lambda: "# workflow: x\n", "empty"),
    "a scalar": (lambda: "workflow", "wanted_keys"),
    "a list": (lambda: "- workflow", "wanted_keys"),
    "ten MiB of text": (lambda: "# " + "x" * (10 * 2**20), "source_too_long"),
    "just too long": (lambda: "# " + "镇" * (limits.SOURCE_BYTES_MAX // 3), "source_too_long"),
    "a bomb of aliases": (bomb, "anchor"),
    "an alias to itself": (lambda: "workflow: &a [*a]", "anchor"),
    "a python object": (lambda: "workflow: !!python/object/apply:os.system ['true']", "tag"),
    "a local tag": (lambda: "workflow: !include /etc/passwd", "tag"),
    "a verbatim tag": (lambda: "workflow: !<tag:yaml.org,2002:str> x", "tag"),
    "a merge key": (lambda: "<<: {workflow: x}", "merge_key"),
    "deep lists": (lambda: "[" * 5_000, "too_deep"),
    "deep mappings": (lambda: "{a: " * 5_000, "too_deep"),
    "deep indentation": (lambda: "".join(" " * depth + "a:\n" for depth in range(500)), "too_deep"),
    "deep explicit keys": (lambda: "? " * 5_000, "too_deep"),
    "many values": (lambda: "a: [" + "x, " * 60_000 + "x]", "too_many_nodes"),
    "many keys": (lambda: "".join(f"k{number}: 1\n" for number in range(20_000)), "too_many_nodes"),
    "many unknown keys": (lambda: "".join(f"k{number}: 1\n" for number in range(9_000)), "unknown_key"),
    "many documents": (lambda: "---\na: 1\n" * 20_000, "documents"),
    "a key that is a list": (lambda: "? [a, b]\n: c", "key_not_text"),
    "an unclosed quote": (lambda: SAMPLE + '\nalways: "' + "x" * 100_000, "yaml"),
    "a tab": (lambda: "workflow:\n\tx: 1", "yaml"),
    "a broken escape": (lambda: 'workflow: "\\q"', "yaml"),
    "an escaped surrogate": (lambda: changed("en: Project}", 'en: "\\ud800"}'), "yaml"),
    "an escaped zero": (lambda: changed("en: Project}", 'en: "Pro\\0ject"}'), "character"),
    "an escaped text direction": (lambda: changed("en: Project}", 'en: "Pro\\u202eject"}'), "character"),
    "a surrogate": (lambda: changed("en: Project}", "en: Pro\ud800ject}"), "character"),
    "a zero": (lambda: changed("en: Project}", "en: Pro\x00ject}"), "character"),
    "a hidden text direction": (lambda: changed("en: Project}", "en: Pro\u202eject}"), "character"),
    "an invisible space": (lambda: changed("en: Project}", "en: Pro\u200bject}"), "character"),
    "a letter that looks like another": (lambda: changed("to: review}", "to: r\u0435view}"), "unknown_name"),
    "not a number": (lambda: changed("min: 0, max: 100", "min: .nan, max: 100"), "wrong_type"),
    "without end": (lambda: changed("min: 0, max: 100", "min: -.inf, max: 100"), "wrong_type"),
    "a huge number": (lambda: changed("max: 80", "max: " + "9" * 5_000), "wrong_type"),
    "sixty": (lambda: changed("max: 80", "max: 1:20"), "wrong_type"),
    "an octal number": (lambda: changed("max: 80", "max: 010"), "wrong_type"),
    "the Norway problem": (lambda: changed("en: Project}", "en: null}"), "wrong_type"),
    "many fields": (lambda: fields(501, f"  f#: {{type: date, {TITLE}}}\n"), "too_many"),
    "many states": (lambda: changed("states:\n", "states:\n" + "".join(
        f"  s{number}: {{{TITLE}, phase: apply, who: initiator, actions: {{go: {{{TITLE}, to: done}}}}}}\n"
        for number in range(201))), "too_many"),
    "many wrong references": (lambda: fields(
        400, f"  f#: {{type: person, {TITLE}, of_role: rolle#}}\n"), "unknown_name"),
    "many deep expressions": (lambda: fields(
        300, f"  f#: {{type: boolean, {TITLE}, computed: '" + "(" * 200 + "true" + ")" * 200 + "'}\n"),
        "expression_too_deep"),
    "a long circle of computed fields": (lambda: fields(
        400, f"  f#: {{type: integer, {TITLE}, computed: 'item.g# + 1'}}\n  g#: {{type: integer, {TITLE}}}\n"),
        "too_many"),
    "an expression that is code": (lambda: changed(
        "item.amount <= money", '__import__("os").system("true") <= money'), "expression_undeclared"),
    "a state called as code": (lambda: changed("  done: {", "  os.system: {"), "bad_name"),
    "a guard called as code": (lambda: changed(
        "to: review}", "to: review, require: [__class__]}"), "unknown_guard"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_every_hostile_source_is_answered(name: str) -> None:
    """With the reason that fits it among the problems."""
    make, code = HOSTILE[name]
    assert code in [problem.code for problem in verdict(make())]


def test_nothing_of_a_bomb_is_unfolded() -> None:
    """Every anchor and alias is told, none is followed."""
    assert {problem.code for problem in verdict(bomb())} == {"anchor", "alias"}


def test_the_largest_definition_that_is_allowed_is_read_at_once() -> None:
    """Two hundred states and five hundred fields, with an expression each."""
    more = "".join(
        f"  f{number}: {{type: integer, {TITLE}, computed: 'item.score + {number}'}}\n" for number in range(400)
    )
    states = "".join(
        f"  s{number}: {{{TITLE}, phase: apply, who: initiator, due: 5 days, "
        f"actions: {{go: {{{TITLE}, to: done, require: [{{that: 'item.score > {number}', else: {{zh: a, en: b}}}}]}}, "
        f"on: {{{TITLE}, to: s{(number + 1) % 190}}}}}}}\n"
        for number in range(190)
    )
    source = changed("  score:", more + "  score:", changed("  done:", states + "  done:"))
    pace, start = slowness(), time.process_time()
    found = check(source, file="large.yaml", book=BOOK, roles=ROLES)
    assert (time.process_time() - start) / pace < SECONDS_MAX
    assert {problem.code for problem in found.problems} == {"unreachable"}


@pytest.mark.parametrize("expression", ["-" * 1_900 + "1", "item.score + " * 20 + "1", "!(item.score > 1) ? 1 : 2"])
def test_many_long_expressions_are_compiled_at_once(expression: str) -> None:
    """As many as fit into a file, each as long or as deep as it may be."""
    count = min(400, 160_000 // (len(expression) + 80))
    source = fields(count, f"  f#: {{type: integer, {TITLE}, computed: '{expression}'}}\n")
    assert verdict(source) == []
