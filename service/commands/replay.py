"""`shenpi replay`: a log of another system, judged case by case by the real engine, without effects."""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click

from adapters.documents.eventlog import LogError, read_log
from adapters.memory.facts import MemoryFacts
from engine.builtin_guards import BUILTIN
from engine.facts import Unit
from engine.guards import GuardBook
from engine.loading import DefinitionErrors, load
from engine.process import Process, compile_process
from engine.replaying import Verdict, replay
from service.commands.sources import read_source
from service.commands.wrong_use import WRONG_USE, refuse
from workflows.book import BOOK

HEADER = ("case_id", "accepted", "steps", "first_bad_step")
PROGRESS_EVERY_CASES = 1_000


@click.command("replay", short_help="Judge a log case by case with the real engine.")
@click.option("--definition", required=True, type=click.Path(path_type=Path), help="Workflow definition (YAML).")
@click.option("--log", "log_path", required=True, type=click.Path(path_type=Path), help="CSV, XES or XES.GZ log.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the verdicts here instead of printing them.")
@click.option("--json", "as_json", is_flag=True, help="Print the totals (and the verdicts without --out) as JSON.")
def command(definition: Path, log_path: Path, out: Path | None, *, as_json: bool) -> None:
    """Run a log through a definition: case_id, accepted (1 or 0), steps, first_bad_step (counted from 0).

    first_bad_step equals steps when every step was allowed but the case stopped where it may not end.
    """
    process = _process(definition)
    verdicts = judged(process, log_path)
    try:
        if out is not None:
            with out.open("w", encoding="utf-8", newline="") as stream:
                totals = _write(verdicts, stream)
            _tell(totals, None, as_json=as_json)
        elif as_json:
            found = list(verdicts)
            _tell(_totals([verdict for _, verdict in found]), found, as_json=True)
        else:
            _tell(_write(verdicts, sys.stdout), None, as_json=False)
    except LogError as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{out}: {error.strerror}")


def _process(path: Path) -> Process:
    book = GuardBook(BUILTIN, BOOK)
    try:
        return compile_process(load(read_source(path), file=str(path), book=book), book)
    except DefinitionErrors as errors:
        for problem in errors.problems:
            click.echo(str(problem), err=True)
        raise SystemExit(WRONG_USE) from errors


def judged(process: Process, log_path: Path) -> Iterator[tuple[str, Verdict]]:
    """Give the verdict on every case of a log."""
    facts = MemoryFacts(units={"log": Unit("log", "county", "log", None, "log/")})
    for number, (case_id, steps) in enumerate(read_log(log_path), 1):
        yield case_id, replay(process, steps, facts, "log")
        if number % PROGRESS_EVERY_CASES == 0:
            click.echo(f"{number} cases", err=True)


def _row(case_id: str, verdict: Verdict) -> tuple[str, int, int, int | str]:
    bad = "" if verdict.first_bad_step is None else verdict.first_bad_step
    return case_id, int(verdict.accepted), verdict.steps, bad


def _write(verdicts: Iterator[tuple[str, Verdict]], stream: TextIO) -> tuple[int, int]:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEADER)
    seen = []
    for case_id, verdict in verdicts:
        writer.writerow(_row(case_id, verdict))
        seen.append(verdict)
    return _totals(seen)


def _totals(verdicts: list[Verdict]) -> tuple[int, int]:
    return sum(verdict.accepted for verdict in verdicts), len(verdicts)


def _tell(totals: tuple[int, int], found: list[tuple[str, Verdict]] | None, *, as_json: bool) -> None:
    accepted, cases = totals
    if not as_json:
        click.echo(f"{accepted} of {cases} cases accepted", err=True)
        return
    answer: dict[str, object] = {"cases": cases, "accepted": accepted}
    if found is not None:
        answer["verdicts"] = [dict(zip(HEADER, _row(*one), strict=True)) for one in found]
    click.echo(json.dumps(answer, ensure_ascii=False))
