"""`shenpi check`: load definitions and prove what can be proved of them; judge models of other languages."""

import json
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import Any

import click

from adapters.clock import SystemClock
from adapters.exchange import telling
from adapters.exchange.chart import Flaw
from adapters.exchange.languages import SUFFIXES, examined
from adapters.exchange.markup import BYTES_MAX
from adapters.memory.rehearsing import trying
from adapters.sql.directory import Directory, DirectoryCache
from adapters.sql.opening import open_database
from engine.builtin_guards import BUILTIN
from engine.checking import Checked, check
from engine.guards import GuardBook
from engine.problem import Problem
from service.commands.settings import settings_of, usable
from service.commands.sources import FILES, read_content, read_source
from service.commands.wording import LANGUAGE, NOBODY, reader_of
from service.commands.wrong_use import CHECK_FAILED
from service.texts.flaws import sentence
from service.web.views.reader import Reader
from service.web.views.trace_words import way_words
from workflows.book import BOOK


@click.command("check", short_help="Load and prove workflow definitions; judge BPMN, FlowLong and DCWorkflow files.")
@FILES
@click.option(
    "--database",
    help="sqlite:///FILE or postgresql://…: judge over this organisation whether somebody is there for every task.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: file, sound, problems with code, where, message, trace, steps."
)
@LANGUAGE
def command(files: tuple[Path, ...], database: str | None, language: str, *, as_json: bool) -> None:
    """Load each definition and examine it: every state reachable and able to finish, votes, forms, `always:` rules.

    With a database, its units and the people in its roles are asked besides: is somebody there for every task? Works
    beside a running service and changes nothing.

    A file ending in .bpmn, .xml or .json is a model of another language: its control flow is judged (deadlock, lack of
    synchronisation, no way to end, what is never come to). Exit code 1 when a file has problems.
    """
    book = GuardBook(BUILTIN, BOOK)
    directory = None if database is None else _organisation(database)
    reader = cache(partial(reader_of, language, directory or NOBODY))
    all_sound = True
    for path in files:
        is_foreign = path.suffix.lower() in SUFFIXES
        verdict = _foreign_verdict(path, language) if is_foreign else _verdict(path, book, reader(), directory)
        all_sound = all_sound and verdict["sound"]
        if as_json:
            click.echo(json.dumps(verdict, ensure_ascii=False))
        else:
            _print(verdict)
    if not all_sound:
        raise SystemExit(CHECK_FAILED)


def _organisation(url: str) -> Directory:
    """Read who holds which role where, today; ends the command when the database can not be used."""
    opened = usable(lambda: open_database(settings_of(database=url).database, owner=False))
    try:
        with opened.read() as connection:
            return DirectoryCache().get(connection, SystemClock().now())
    finally:
        opened.close()


def _verdict(path: Path, book: GuardBook, reader: Reader, staff: Directory | None) -> dict[str, Any]:
    found = check(read_source(path), file=str(path), book=book, trying=trying(book), staff=staff)
    is_unasked = staff is None and found.definition is not None
    unasked = (Problem("people_not_judged", "", file=str(path)),) if is_unasked else ()
    return {
        "file": str(path),
        "sound": found.is_sound,
        "problems": [_problem(problem, found, reader) for problem in found.problems],
        "notes": [_problem(problem, found, reader) for problem in (*found.notes, *unasked)],
    }


def _problem(problem: Problem, found: Checked, reader: Reader) -> dict[str, Any]:
    return {
        "code": problem.code,
        "where": problem.where,
        "line": problem.line,
        "path": problem.path,
        "message": sentence(reader.rendering.wording.catalogue, reader.language, problem),
        "trace": way_words(problem.trace, found.definition, reader),
        "steps": list(problem.trace),
        "params": asdict(problem)["params"],
    }


def _foreign_verdict(path: Path, language: str) -> dict[str, Any]:
    """Judge a model of another language, in the same shape; `path` is the id of the element."""
    flaws, reading = examined(read_content(path, BYTES_MAX))
    return {
        "file": str(path),
        "sound": not flaws,
        "problems": [_flaw(path, "flaw", flaw, language) for flaw in flaws],
        "notes": [_flaw(path, "note", note, language) for note in reading.notes],
    }


def _flaw(path: Path, sort: telling.Sort, flaw: Flaw, language: str) -> dict[str, Any]:
    return {
        "code": flaw.code,
        "where": ": ".join(part for part in (str(path), flaw.where) if part),
        "line": 0,
        "path": flaw.where,
        "message": telling.sentence(sort, flaw.code, flaw.found, language),
        "trace": list(flaw.trace),
        "steps": list(flaw.trace),
        "params": {"found": flaw.found},
    }


def _print(verdict: dict[str, Any]) -> None:
    for problem in verdict["problems"]:
        click.echo(f"{problem['where']}: {problem['message']}")
        if problem["trace"]:
            click.echo(f"    {' → '.join(problem['trace'])}")
    for note in verdict["notes"]:
        click.echo(f"note: {note['where']}: {note['message']}")
    count = len(verdict["problems"])
    click.echo(f"{verdict['file']}: {f'{count} problems' if count else 'sound'}")
