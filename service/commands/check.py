"""`shenpi check`: load definitions and prove what can be proved of them."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from adapters.memory.rehearsing import trying
from engine.builtin_guards import BUILTIN
from engine.checking import Checked, check
from engine.guards import GuardBook
from engine.problem import Problem
from service.commands.sources import FILES, read_source
from service.commands.wording import LANGUAGE, reader_of
from service.commands.wrong_use import CHECK_FAILED
from service.texts.flaws import sentence
from service.web.views.reader import Reader
from service.web.views.trace_words import way_words
from workflows.book import BOOK


@click.command("check", short_help="Load and prove workflow definitions.")
@FILES
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: file, sound, problems with code, where, message, trace, steps."
)
@LANGUAGE
def command(files: tuple[Path, ...], language: str, *, as_json: bool) -> None:
    """Load each definition and examine it: every state reachable and able to finish, votes, forms, `always:` rules.

    Exit code 1 when a definition has problems.
    """
    book = GuardBook(BUILTIN, BOOK)
    verdicts = [(path, check(read_source(path), file=str(path), book=book, trying=trying(book))) for path in files]
    reader = reader_of(language)
    for path, verdict in verdicts:
        if as_json:
            click.echo(json.dumps(_as_json(path, verdict, reader), ensure_ascii=False))
        else:
            _print(path, verdict, reader)
    if not all(verdict.is_sound for _, verdict in verdicts):
        raise SystemExit(CHECK_FAILED)


def _as_json(path: Path, verdict: Checked, reader: Reader) -> dict[str, object]:
    return {
        "file": str(path),
        "sound": verdict.is_sound,
        "problems": [_problem(problem, verdict, reader) for problem in verdict.problems],
        "notes": [_problem(problem, verdict, reader) for problem in verdict.notes],
    }


def _problem(problem: Problem, verdict: Checked, reader: Reader) -> dict[str, object]:
    return {
        "code": problem.code,
        "where": problem.where,
        "line": problem.line,
        "path": problem.path,
        "message": _said(problem, reader),
        "trace": way_words(problem.trace, verdict.definition, reader),
        "steps": list(problem.trace),
        "params": asdict(problem)["params"],
    }


def _said(problem: Problem, reader: Reader) -> str:
    return sentence(reader.rendering.wording.catalogue, reader.language, problem)


def _print(path: Path, verdict: Checked, reader: Reader) -> None:
    for problem in verdict.problems:
        click.echo(f"{problem.where}: {_said(problem, reader)}")
        if problem.trace:
            click.echo(f"    {' → '.join(way_words(problem.trace, verdict.definition, reader))}")
    for note in verdict.notes:
        click.echo(f"note: {note.where}: {_said(note, reader)}")
    click.echo(f"{path}: {'sound' if verdict.is_sound else f'{len(verdict.problems)} problems'}")
