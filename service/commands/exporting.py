"""`shenpi export`: what people take away to fill in elsewhere."""

from pathlib import Path
from typing import cast

import click

from adapters import shipped
from adapters.clock import SystemClock
from adapters.sql.database import Unusable
from adapters.sql.opening import open_database
from adapters.sql.publishing import Publishing
from engine.definition import Definition
from engine.loading import load
from engine.refusal import NotFound
from service.commands.casefile import export_case
from service.commands.definitions import export_definition
from service.commands.settings import DATABASE, settings_of
from service.commands.wrong_use import refuse
from service.importing import template
from service.rules import GUARDS
from service.texts import Language

DEFINITION = click.option("--definition", default="township-project", show_default=True, help="Key of the definition.")


@click.group("export", short_help="Take away a template to fill in, or a procedure as BPMN.")
def command() -> None:
    """Take away what is filled in or kept elsewhere."""


command.add_command(export_case)
command.add_command(export_definition)


@command.command("template", short_help="The workbook that project proposals are entered in.")
@DATABASE
@DEFINITION
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Of the headings.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("proposals.xlsx"), show_default=True)
def export_template(database: str | None, definition: str, language: str, out: Path) -> None:
    """Write an XLSX with a column for each field that a row can hold, its choices, and a page of help.

    The headings follow the published definition; without a database, the shipped one.
    """
    content = template(_definition(settings_of(database=database).database, definition), cast("Language", language))
    try:
        out.write_bytes(content)
    except OSError as error:
        refuse(f"{out}: {error.strerror}")
    click.echo(f"{out}: {len(content)} bytes")


def _definition(database: str, key: str) -> Definition:
    """Give the definition as published, or as shipped where there is no database."""
    try:
        opened = open_database(database, owner=False)
    except Unusable as error:
        click.echo(f"shenpi: {error}; the template follows the shipped definition", err=True)
        return _shipped(key)
    try:
        return Publishing(opened, GUARDS, SystemClock()).get(key).definition
    except NotFound as error:
        refuse(f"{error}: no published definition of that key")
    finally:
        opened.close()


def _shipped(key: str) -> Definition:
    loaded = [load(source, file=name, book=GUARDS) for name, source in shipped.definitions()]
    found = next((one for one in loaded if one.key == key), None)
    if found is None:
        refuse(f"{key}: shipped are {', '.join(one.key for one in loaded)}")
    return found
