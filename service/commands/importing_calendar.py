"""`shenpi import calendars`: the days off of a year, or of several, into a working calendar."""

import json
from pathlib import Path
from typing import Any, cast

import click

from adapters.calendars.holiday_cn import FILE_BYTES_MAX
from adapters.sql.office_log import By
from engine.refusal import Refused
from service.assembly import Assembly, assemble
from service.calendars import Preview, preview, take_notice
from service.commands.administrators import by_administrator
from service.commands.mappings import EXISTING, content_of
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import CHECK_FAILED, refuse
from service.http.problems import Wording
from service.texts import LANGUAGES, Language


@click.command("calendars", short_help="Put the days off of a year into a working calendar.")
@click.argument("files", type=EXISTING, nargs=-1, required=True)
@DATABASE
@click.option("--calendar", default="cn", show_default=True, help="Key of the working calendar.")
@click.option("--as", "administrator", required=True, help="System administrator in whose name it is done.")
@click.option("--reason", default="", help="The notice, by its number; needed unless --check.")
@click.option("--check", "only_check", is_flag=True, help="Say what would change and change nothing.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the messages; default: SHENPI_LANGUAGE.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file, each on its line.")
def import_calendars(files: tuple[Path, ...], database: str | None, **how: Any) -> None:  # noqa: ANN401  # options
    """Take each of FILES: JSON of holiday-cn, iCalendar, or a table (XLSX, CSV) with the columns date, kind and name.

    Running deadlines are counted anew by the service, and whoever has the task is told. Exit code 1 when a file can not
    be read; those before it are taken.
    """
    assembly = usable(lambda: assemble(settings_of(database=database), owner=False))
    wording = Wording(assembly.catalogue, cast("Language", how["language"] or assembly.language))
    try:
        if how["calendar"] not in assembly.organisation.now().calendars:
            refuse(f"--calendar {how['calendar']}: there is no working calendar of that key")
        if not how["only_check"] and not how["reason"].strip():
            refuse("--reason: say which notice it is, by its number")
        by = by_administrator(assembly, how["administrator"], how["reason"])
        for file in files:
            _take(assembly, file, by, how, wording)
    finally:
        assembly.close()


def _take(assembly: Assembly, file: Path, by: By, how: dict[str, Any], wording: Wording) -> None:
    content = content_of(file, FILE_BYTES_MAX)
    try:
        seen = preview(assembly, how["calendar"], content, by.at)
        if not how["only_check"]:
            take_notice(assembly, by, how["calendar"], content)
    except Refused as refused:
        for one in refused.reasons:
            click.echo(f"{file}{f' {one.where}' if one.where else ''}: {wording.sentence(one)}")
        raise SystemExit(CHECK_FAILED) from None
    _report(file, seen, taken=not how["only_check"], as_json=how["as_json"])


def _report(file: Path, seen: Preview, *, taken: bool, as_json: bool) -> None:
    if as_json:
        told = {
            "file": str(file),
            "years": seen.years,
            "days": [str(day) for day in seen.days],
            "tasks": [code for code, *_ in seen.tasks],
            "taken": taken,
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    years, days = ", ".join(map(str, seen.years)), ", ".join(map(str, seen.days)) or "no day"
    click.echo(f"{file}: {years}: changed {days}; {len(seen.tasks)} open tasks would have ended on a day off")
