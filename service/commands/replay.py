"""`shenpi replay`: a log of another system, judged case by case, without effects.

A definition, and a state machine of another language, is run by the real engine; a machine with more states than a
definition may have is walked along its moves. A model whose activities are its nodes (BPMN, FlowLong) is played by its
tokens: could it have done what was done?
"""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import click

from adapters.documents.eventlog import DATES, Layout, LogError, read_log
from adapters.exchange.chart import Unreadable
from adapters.exchange.languages import SUFFIXES, chosen_chart, drafted, read
from adapters.exchange.markup import BYTES_MAX, plain
from adapters.exchange.net.moving import Mover
from adapters.exchange.net.playing import Player, Unplayable
from adapters.exchange.telling import sentence
from adapters.memory.facts import MemoryFacts
from engine.builtin_guards import BUILTIN
from engine.facts import Unit
from engine.guards import GuardBook
from engine.loading import DefinitionErrors, load
from engine.process import Process, compile_process
from engine.replaying import Step, Verdict, replay
from service.commands.sources import read_content, read_source
from service.commands.wrong_use import WRONG_USE, refuse
from workflows.book import BOOK

Log = Iterable[tuple[str, list[Step]]]
"""Cases of a log: each with its id and its steps."""

HEADER = ("case_id", "accepted", "steps", "first_bad_step")
PROGRESS_EVERY_CASES = 1_000
TOO_LARGE = frozenset({"too_many_states", "too_many_ways", "too_long"})
"""Why no definition can be written of a state machine that can be walked all the same."""


@click.command("replay", short_help="Judge a log case by case with the real engine.")
@click.option(
    "--definition",
    required=True,
    type=click.Path(path_type=Path),
    help="Workflow definition (YAML), or a model: .bpmn, .xml or .json (BPMN, DCWorkflow, FlowLong, a mined machine).",
)
@click.option(
    "--process", "name", help="Id of the process, where the model has several; default: the one with most steps."
)
@click.option("--log", "log_path", required=True, type=click.Path(path_type=Path), help="CSV, XES or XES.GZ log.")
@click.option("--case", default="", help="Heading of the case in a CSV log, where it is none of the usual.")
@click.option("--activity", default="", help="Heading of the activity.")
@click.option("--time", default="", help="Heading of the time.")
@click.option("--dates", type=click.Choice(DATES), help="Of a CSV log whose dates end with the year.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the verdicts here instead of printing them.")
@click.option("--json", "as_json", is_flag=True, help="Print the totals (and the verdicts without --out) as JSON.")
def command(
    definition: Path, log_path: Path, name: str | None, out: Path | None, *, as_json: bool, **layout: str
) -> None:
    """Run a log through a definition: case_id, accepted (1 or 0), steps, first_bad_step (counted from 0).

    first_bad_step equals steps when every step was allowed but the case stopped where it may not end.
    """
    is_model, left_out = definition.suffix.lower() in SUFFIXES, Counter[str]()
    log = read_log(log_path, left_out, Layout(**{key: value or "" for key, value in layout.items()}))
    verdicts = _of_model(definition, name, log) if is_model else judged(_process(definition), log)
    try:
        if out is not None:
            with out.open("w", encoding="utf-8", newline="") as stream:
                totals = _write(verdicts, stream)
            _tell(totals, left_out, None, as_json=as_json)
        elif as_json:
            found = list(verdicts)
            _tell(_totals([verdict for _, verdict in found]), left_out, found, as_json=True)
        else:
            _tell(_write(verdicts, sys.stdout), left_out, None, as_json=False)
    except LogError as error:
        refuse(str(error))
    except Unplayable as error:
        refuse(f"{definition}: {sentence('flaw', 'undecided', str(error))}")
    except OSError as error:
        refuse(f"{out}: {error.strerror}")


def _of_model(path: Path, name: str | None, log: Log) -> Iterator[tuple[str, Verdict]]:
    """Give the verdict of a model in another language on every case of a log."""
    try:
        reading = read(read_content(path, BYTES_MAX))
        chart = chosen_chart(reading, name)
        made, gaps = drafted(reading, name) if chart is None or chart.acts_are_moves else (None, [])
    except Unreadable as error:
        refuse(f"{path}: {sentence('flaw', error.flaw.code, error.flaw.found)}")
    if made is not None:
        return judged(_process(path, made.text), _as_models_say(log), by_name=False)
    if chart is not None and gaps and gaps[-1].why in TOO_LARGE:
        return _played(Mover(chart), log)
    if chart is None or gaps:
        refuse(f"{path}: {sentence('gap', gaps[-1].why, gaps[-1].found)}")
    return _played(Player(chart), log)


def _played(player: Player | Mover, log: Log) -> Iterator[tuple[str, Verdict]]:
    """Give whether a chart could have gone the way of every case of a log."""
    for number, (case_id, steps) in enumerate(_as_models_say(log), 1):
        bad = player.first_bad_step([step.activity for step in steps])
        yield case_id, Verdict(bad is None, len(steps), bad)
        _progress(number)


def _as_models_say(log: Log) -> Iterator[tuple[str, list[Step]]]:
    """Give the cases of a log with their activities as the readers of models write names: without odd blanks."""
    for case_id, steps in log:
        yield case_id, [replace(step, activity=plain(step.activity)) for step in steps]


def _progress(number: int) -> None:
    if number % PROGRESS_EVERY_CASES == 0:
        click.echo(f"{number} cases", err=True)


def _process(path: Path, text: str | None = None) -> Process:
    """Load a definition from its file, or from the text that a model was written as."""
    book = GuardBook(BUILTIN, BOOK)
    try:
        source = read_source(path) if text is None else text
        return compile_process(load(source, file=str(path), book=book), book)
    except DefinitionErrors as errors:
        for problem in errors.problems:
            click.echo(str(problem), err=True)
        raise SystemExit(WRONG_USE) from errors


def judged(process: Process, log: Log, *, by_name: bool = True) -> Iterator[tuple[str, Verdict]]:
    """Give the verdict on every case of a log; names of actions that we made of a model are none of its activities."""
    facts = MemoryFacts(units={"log": Unit("log", "county", "log", None, "log/")})
    for number, (case_id, steps) in enumerate(log, 1):
        yield case_id, replay(process, steps, facts, "log", by_name=by_name)
        _progress(number)


def said_left_out(left_out: Counter[str]) -> str:
    """Say which events of a log were no steps: `; 12 events are no steps: 10 start, 2 schedule`."""
    if not left_out:
        return ""
    kinds = ", ".join(f"{number} {kind}" for kind, number in left_out.most_common())
    return f"; {left_out.total()} events are no steps: {kinds}"


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


def _tell(
    totals: tuple[int, int], left_out: Counter[str], found: list[tuple[str, Verdict]] | None, *, as_json: bool
) -> None:
    accepted, cases = totals
    if not as_json:
        click.echo(f"{accepted} of {cases} cases accepted{said_left_out(left_out)}", err=True)
        return
    answer: dict[str, object] = {"cases": cases, "accepted": accepted, "left_out": dict(left_out)}
    if found is not None:
        answer["verdicts"] = [dict(zip(HEADER, _row(*one), strict=True)) for one in found]
    click.echo(json.dumps(answer, ensure_ascii=False))
