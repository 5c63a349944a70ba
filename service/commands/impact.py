"""`shenpi impact`: a definition tried on every running case of a database; nothing is changed."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from adapters.clock import SystemClock
from adapters.sql.database import Database
from adapters.sql.directory import DirectoryCache
from adapters.sql.impacts import all_impacts
from adapters.sql.opening import open_database
from adapters.sql.publishing import Publishing
from adapters.sql.reads.paging import COUNT_MAX
from engine.definition import Definition
from engine.impact import Fate, Impact
from engine.process import compile_process
from service.commands.diff import loaded
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wording import LANGUAGE, reader_of
from service.commands.wrong_use import CHECK_FAILED, refuse
from service.rules import GUARDS
from service.web.views.impact_words import impact_words
from service.web.views.reader import Reader

UNPUBLISHED = 2**31 - 1
"""The number a file has here: no published version has it, so that all running cases are others."""

SHOWN_MAX = COUNT_MAX
"""Most cases that are told line by line; the totals are of all."""


@click.command("impact", short_help="Try a definition on every running case.")
@click.argument("file", type=click.Path(path_type=Path))
@DATABASE
@click.option("--state", "moves", multiple=True, metavar="OLD:NEW", help="Where cases in a state that is gone go on.")
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: totals and, for each case, its fate.")
def command(file: Path, database: str | None, moves: tuple[str, ...], language: str, *, as_json: bool) -> None:
    """Say for each running case: unchanged, moves on elsewhere, other assignees, another deadline, or cannot and why.

    Works beside a running service and changes nothing. Exit code 1 when a case could not be moved.
    """
    process = compile_process(replace(loaded(file), version=UNPUBLISHED), GUARDS)
    states = _states(moves, process.definition)
    opened = usable(lambda: open_database(settings_of(database=database).database, owner=False))
    try:
        clock = SystemClock()
        library = Publishing(opened, GUARDS, clock)
        totals: Counter[str] = Counter()
        shown: list[dict[str, object]] = []
        reader = _reader(opened, language, clock)
        for found in all_impacts(opened, library, process, states, clock.now()):
            totals[found.fate] += 1
            if len(shown) < SHOWN_MAX and found.fate is not Fate.UNCHANGED:
                old = library.get(process.definition.key, found.version).definition
                shown.append(_line(found, old, process.definition, reader))
    finally:
        opened.close()
    _tell(totals, shown, as_json=as_json)
    if totals[Fate.CANNOT]:
        raise SystemExit(CHECK_FAILED)


def _reader(database: Database, language: str, clock: SystemClock) -> Reader:
    with database.read() as connection:
        return reader_of(language, DirectoryCache().get(connection, clock.now()))


def _states(moves: tuple[str, ...], definition: Definition) -> Mapping[str, str]:
    states = {}
    for move in moves:
        old, colon, new = move.partition(":")
        if not colon or new not in definition.states:
            refuse(f"--state {move}: write OLD:NEW, with NEW one of {', '.join(definition.states)}")
        states[old] = new
    return states


def _line(found: Impact, old: Definition, new: Definition, reader: Reader) -> dict[str, object]:
    wording = reader.rendering.wording
    return {
        "case": found.code,
        "version": found.version,
        "state": found.state,
        "fate": found.fate,
        "target": found.target,
        "message": impact_words(found, old, new, reader),
        "reasons": [wording.sentence(reason) for reason in found.reasons],
    }


def _tell(totals: Counter[str], shown: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        counts = {fate.value: totals[fate] for fate in Fate}
        click.echo(json.dumps({"cases": totals.total(), "counts": counts, "changed": shown}, ensure_ascii=False))
        return
    for line in shown:
        reasons = line["reasons"]
        assert isinstance(reasons, list)
        click.echo(" ".join([f"{line['case']}: {line['message']}", *reasons]))
    click.echo(", ".join(f"{totals[fate]} {fate.value}" for fate in Fate) + f" of {totals.total()} cases")
