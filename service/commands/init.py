"""`shenpi init`: the tables, what every county starts with, and the first administrator."""

import secrets
import sys
from typing import TextIO

import click

from adapters.identity.passwords import PROFILES, check_password
from adapters.sql import schema
from service.assembly import assemble
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import refuse
from service.founding import FirstAdministrator, found_county, furnish
from service.settings import Settings

GENERATED_BYTES = 12


@click.command("init", short_help="Make a new database with its first administrator.")
@DATABASE
@click.option("--county", default="County", show_default=True, help="Name of the county.")
@click.option("--county-id", default="county", show_default=True, help="Short id of the county.")
@click.option("--admin", "username", default="admin", show_default=True, help="Name the administrator signs in with.")
@click.option("--password-file", type=click.File("r"), help="First line: the password. Without: asked, or made up.")
def command(database: str | None, county: str, county_id: str, username: str, password_file: TextIO | None) -> None:
    """Make the tables in an empty database, the working calendar, the shipped definitions and one administrator.

    There is no default password: it is asked for, read from a file, or made up and printed once.
    """
    settings = settings_of(database=database)
    first = _administrator(settings, username, password_file)
    usable(lambda: _make(settings, county_id, county, first))
    click.echo(f"{settings.database.partition('://')[0]} database made; administrator {first.username}")
    if first.must_change:
        click.echo(f"password, shown this once, to be changed at first sign-in: {first.password}")


def _administrator(settings: Settings, username: str, password_file: TextIO | None) -> FirstAdministrator:
    if password_file is not None:
        password = password_file.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        return FirstAdministrator(username, f"A1-{secrets.token_urlsafe(GENERATED_BYTES)}", must_change=True)
    reasons = check_password(password, username, PROFILES[settings.password_profile])
    if reasons:
        refuse(
            f"the password breaks the rules of {settings.password_profile}: {', '.join(one.code for one in reasons)}"
        )
    return FirstAdministrator(username, password, must_change=False)


def _make(settings: Settings, county_id: str, county: str, first: FirstAdministrator) -> None:
    schema.init(settings.database)
    assembly = assemble(settings)
    try:
        furnish(assembly)
        found_county(assembly, county_id, county, first)
    finally:
        assembly.close()
