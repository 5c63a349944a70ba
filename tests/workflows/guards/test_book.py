"""The book as a whole: nobody is let off without a trial, and every reason has its sentence."""

import ast
import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from msgspec import structs

from adapters.shipped import sentences
from tests.workflows.guards.trial import FILE, Trial, passes, situation
from workflows.book import BOOK

FOLDER = Path(__file__).resolve().parents[3] / "workflows" / "guards"
MODULES = [import_module(f"tests.workflows.guards.{file.stem}") for file in Path(__file__).parent.glob("test_*.py")]
TRIALS: list[Trial] = [trial for module in MODULES for trial in getattr(module, "TRIALS", ())]
CODE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")


def test_every_guard_passes_once_and_fails_once() -> None:
    """A rule that is only seen to pass might be a constant."""
    names = {entry.name for entry in BOOK}
    assert {trial.guard for trial in TRIALS if not trial.codes} == names
    assert {trial.guard for trial in TRIALS if trial.codes} == names


def test_every_reason_is_given_in_some_trial() -> None:
    """Each code that a guard can give is seen in a trial, and has its sentence in both languages."""
    seen = {code for trial in TRIALS for code in trial.codes}
    written = {code for file in FOLDER.glob("*.py") for code in codes_in(file)}
    assert written <= seen
    assert seen <= sentences().keys()


def codes_in(file: Path) -> set[str]:
    """Give the codes that stand first in a refusal or complaint of a file."""
    calls = (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("Refusal", "complain"))
    first = (call.args[0] for call in named if call.args)
    return {str(code.value) for code in first if isinstance(code, ast.Constant) and CODE.fullmatch(str(code.value))}


def test_every_guard_says_its_source() -> None:
    """A docstring of each rule cites the law or says that it is our design."""
    silent = []
    for file in FOLDER.glob("*.py"):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and BOOK.get(node.name) is not None:
                words = ast.get_docstring(node) or ""
                silent += [node.name] if "Source:" not in words or not re.search(r"\[[VKD]\]", words) else []
    assert not silent


def test_every_guard_is_in_the_readme() -> None:
    """The table names each guard once."""
    rows = re.findall(r"^\| `(\w+)`", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(entry.name for entry in BOOK)


def test_cases_on_an_older_version_can_go_on() -> None:
    """A version without the fields and steps that a guard asks for today is asked for what it has."""
    tested = passes("security_test_ok", data={"security_test": FILE, "high_findings": 0})
    withdrawn = passes("twp_leader_ok", data={"leader_consent": FILE}, state="reserved")
    for trial, code in ((tested, "paper.missing"), (withdrawn, "withdrawal.not_agreed")):
        entry, now = BOOK.get(trial.guard), situation(trial)
        assert entry is not None
        assert code in {one.code for one in entry.rule(now, {})}
        fields = {name: field for name, field in now.definition.fields.items() if name != "security_tester"}
        states = {name: replace(state, actions={}) for name, state in now.definition.states.items()}
        older = structs.replace(now, definition=replace(now.definition, fields=fields, states=states))
        assert list(entry.rule(older, {})) == []
