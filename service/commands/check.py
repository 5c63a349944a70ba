"""`shenpi check`: load definitions and prove what can be proved of them."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from engine.builtin_guards import BUILTIN
from engine.checking import Checked, check
from engine.guards import GuardBook
from engine.problem import Problem
from service.commands.sources import FILES, read_source
from service.commands.wrong_use import CHECK_FAILED
from workflows.book import BOOK


@click.command("check", short_help="Load and prove workflow definitions.")
@FILES
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: file, sound, problems with code, where, message, trace."
)
def command(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Load each definition and examine it: every state reachable and able to finish, votes, forms, `always:` rules.

    Exit code 1 when a definition has problems.
    """
    book = GuardBook(BUILTIN, BOOK)
    verdicts = [(path, check(read_source(path), file=str(path), book=book)) for path in files]
    if as_json:
        for path, verdict in verdicts:
            click.echo(json.dumps(_as_json(path, verdict), ensure_ascii=False))
    else:
        for path, verdict in verdicts:
            _print(path, verdict)
    if not all(verdict.is_sound for _, verdict in verdicts):
        raise SystemExit(CHECK_FAILED)


def _as_json(path: Path, verdict: Checked) -> dict[str, object]:
    return {
        "file": str(path),
        "sound": verdict.is_sound,
        "problems": [_problem(problem) for problem in verdict.problems],
        "notes": [_problem(problem) for problem in verdict.notes],
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "code": problem.code,
        "where": problem.where,
        "line": problem.line,
        "path": problem.path,
        "message": problem.message,
        "trace": list(problem.trace),
        "params": asdict(problem)["params"],
    }


def _print(path: Path, verdict: Checked) -> None:
    for problem in verdict.problems:
        click.echo(str(problem))
        if problem.trace:
            click.echo(f"    {' → '.join(problem.trace)}")
    for note in verdict.notes:
        click.echo(f"note: {note}")
    click.echo(f"{path}: {'sound' if verdict.is_sound else f'{len(verdict.problems)} problems'}")
