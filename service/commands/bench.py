"""`shenpi bench`: the figures beside a hand-written floor, measured in turns in one run."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

import click

from adapters.sql.bench.actions import FULL, SHORT, actions
from adapters.sql.bench.figures import Figure
from adapters.sql.bench.queues import MANY, MANY_SHORT, queue
from adapters.sql.bench.scratch import New, own_server, postgres_databases, sqlite_files
from adapters.sql.database import Unusable
from adapters.sql.opening import sqlite_file
from service.bench.requests import requests
from service.commands.settings import settings_of
from service.commands.wrong_use import refuse

PARTS = ("actions", "http", "queue")
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@click.command("bench", short_help="Measure the engine beside hand-written SQL.")
@click.option(
    "--database",
    help="Measure only there, in scratch databases that are dropped afterwards: postgresql://… (a user who may make"
    " databases), or sqlite:///FILE for the disk of that file. Default: SQLite in the temporary folder, and PostgreSQL"
    " from the development group's wheel.",
)
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="Measure only this; may be repeated.")
@click.option("--short", is_flag=True, help="Fewer rounds and 100,000 tasks instead of a million.")
@click.option("--json", "as_json", is_flag=True, help="One object a figure, each on its line.")
def command(database: str | None, parts: tuple[str, ...], *, short: bool, as_json: bool) -> None:
    """Measure durable actions, requests and queues, each beside its goal.

    `actions`: the runtime beside a hand-written floor that does the same writes, both synchronised, in turns; and the
    disk synchronisations, counted. `http`: a server process with 16 connections. `queue`: a page with few and with many
    open tasks.
    """
    for kind, place in _places(database):
        try:
            with place as new:
                for figure in _measure(kind, new, parts or PARTS, short=short):
                    _tell(figure, as_json=as_json)
        except Unusable as error:
            if database is not None:
                refuse(str(error))
            click.echo(f"{kind}: left out: {error}", err=True)


def _places(database: str | None) -> Iterator[tuple[str, AbstractContextManager[New]]]:
    if database is None:
        yield SQLITE, sqlite_files(None)
        yield POSTGRESQL, own_server(None)
        return
    url = settings_of(database=database).database
    file = sqlite_file(url)
    yield (POSTGRESQL, postgres_databases(url)) if file is None else (SQLITE, sqlite_files(_folder(file)))


def _folder(file: Path) -> Path:
    if not file.parent.is_dir():
        refuse(f"there is no folder {file.parent}")
    return file.parent


def _measure(kind: str, new: New, parts: tuple[str, ...], *, short: bool) -> Iterator[Figure]:
    size = SHORT if short else FULL
    if "actions" in parts:
        yield from actions(new, kind, size)
    if "http" in parts:
        yield from requests(new, kind, size)
    if "queue" in parts:
        yield from queue(new, kind, MANY_SHORT if short else MANY)


def _tell(figure: Figure, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({**asdict(figure), "met": figure.is_met}))
        return
    sign = "≤" if figure.is_limit else "≥"
    verdict = f"goal {sign} {figure.goal:g}: {'met' if figure.is_met else 'MISSED'}" if figure.goal else figure.note
    medians = ", ".join(f"{name.removesuffix('_us')} {value:.0f} µs" for name, value in figure.parts.items())
    click.echo(f"{figure.database:<10}  {figure.what:<42} {figure.value:5.2f}  {verdict:<20} {medians}".rstrip())
    if figure.note and figure.goal:
        click.echo("\n".join(f"    {line}" for line in figure.note.splitlines()))
