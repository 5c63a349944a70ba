"""`shenpi backtest`: last year's decisions on a draft: those that would differ, and the money concerned."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from adapters.clock import SystemClock
from adapters.documents.eventlog import LogError, read_log
from adapters.shipped import role_codes
from adapters.sql.backtests import all_backtests
from adapters.sql.directory import DirectoryCache
from adapters.sql.opening import open_database
from adapters.sql.publishing import Publishing
from engine.backtesting import Replayed
from engine.definition import Definition
from engine.process import compile_process
from service.commands.diff import loaded
from service.commands.replay import judged, said_left_out
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wording import LANGUAGE, reader_of
from service.commands.wrong_use import refuse
from service.rules import GUARDS
from service.web.views.backtest_words import difference_words
from service.web.views.reader import Reader

YEAR = timedelta(days=365)


@click.command("backtest", short_help="Last year's decisions on a draft: which would differ, and the money concerned.")
@click.argument("file", type=click.Path(path_type=Path))
@DATABASE
@click.option("--log", "log_path", type=click.Path(path_type=Path), help="Play a log (CSV, XES, XES.GZ) instead.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Cases opened from this day on; default: one year.")
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: totals and the decisions that differ.")
def command(  # each is an option
    file: Path,
    database: str | None,
    log_path: Path | None,
    since: datetime | None,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Play cases anew on a definition, up to the first decision that would differ; nothing is changed.

    Cases come from the database, or from a log (whose people are not known: then who may act is not asked).
    """
    definition = loaded(file)
    if log_path is not None:
        _of_log(definition, log_path, as_json=as_json)
        return
    opened = usable(lambda: open_database(settings_of(database=database).database, owner=False))
    now = SystemClock().now()
    try:
        with opened.read() as connection:
            reader = reader_of(language, DirectoryCache().get(connection, now))
        start = now - YEAR if since is None else since.replace(tzinfo=UTC)
        library = Publishing(opened, GUARDS, SystemClock(), role_codes())
        found = list(all_backtests(opened, library, compile_process(definition, GUARDS), now, start))
    finally:
        opened.close()
    _tell(found, definition, reader, as_json=as_json)


def _tell(found: list[Replayed], definition: Definition, reader: Reader, *, as_json: bool) -> None:
    differing = [one for one in found if one.differs]
    lines = [{"case": one.code, "amount": one.amount, **_line(one, definition, reader)} for one in differing]
    total, money = sum(one.decisions for one in found), sum(one.amount for one in differing)
    set_aside = sum(one.set_aside for one in found)
    if as_json:
        answer = {
            "cases": len(found),
            "decisions": total,
            "set_aside": set_aside,
            "differ": len(differing),
            "money": money,
            "differences": lines,
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for line in lines:
        click.echo(f"{line['case']}: {line['message']}")
    click.echo(f"{len(differing)} of {len(found)} cases ({total} decisions) differ, concerning {money / 100:,.2f} yuan")
    if set_aside:
        click.echo(f"{set_aside} decisions could not be compared: today the rules of then would not allow them either")


def _line(one: Replayed, definition: Definition, reader: Reader) -> dict[str, object]:
    return {
        "step": one.step,
        "action": one.action,
        "state": one.state,
        "was": one.was,
        "would_be": one.would_be,
        "message": difference_words(one, definition, reader, reader.rendering.wording.sentence),
    }


def _of_log(definition: Definition, log_path: Path, *, as_json: bool) -> None:
    left_out = Counter[str]()
    try:
        verdicts = list(judged(compile_process(definition, GUARDS), read_log(log_path, left_out)))
    except LogError as error:
        refuse(str(error))
    bad = [(case_id, verdict) for case_id, verdict in verdicts if not verdict.accepted]
    if as_json:
        lines = [{"case": case, "step": one.first_bad_step, "message": one.reason} for case, one in bad]
        totals = {"cases": len(verdicts), "differ": len(bad), "left_out": dict(left_out)}
        click.echo(json.dumps({**totals, "differences": lines}, ensure_ascii=False))
        return
    for case_id, verdict in bad:
        click.echo(f"{case_id}: step {verdict.first_bad_step}: {verdict.reason}")
    click.echo(f"{len(bad)} of {len(verdicts)} cases differ{said_left_out(left_out)}")
