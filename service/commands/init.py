"""`shenpi init`: the tables, what every county starts with, and the first administrators."""

import sys
from typing import TextIO

import click

from adapters.identity.passwords import PROFILES, check_password
from adapters.sql import schema
from service.administering import ADMINISTRATORS, UNIT_ID, USERNAME, new_password
from service.assembly import assemble
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import refuse
from service.founding import FirstAdministrator, found_county, furnish
from service.settings import Settings


@click.command("init", short_help="Make a new database with its first administrators.")
@DATABASE
@click.option("--county", default="County", show_default=True, help="Name of the county.")
@click.option("--county-id", default="county", show_default=True, help="Short id of the county.")
@click.option("--admin", default="admin", show_default=True, help="Who opens accounts and units.")
@click.option("--security-admin", default="sec-admin", show_default=True, help="Who gives roles and sets policies.")
@click.option("--audit-admin", default="aud-admin", show_default=True, help="Who reads the log of both.")
@click.option(
    "--password-file",
    type=click.File("r"),
    help="A line for each of the three, in this order. Without: the first is asked at a terminal, the rest made up.",
)
def command(database: str | None, county: str, county_id: str, password_file: TextIO | None, **names: str) -> None:
    """Make the tables in an empty database, the working calendar, the shipped definitions and three administrators.

    One person is none of the others (GB/T 22239-2019): each of the three is to be somebody else. There is no default
    password: it is asked for, read from a file, or made up and printed once.
    """
    settings = settings_of(database=database)
    if not UNIT_ID.fullmatch(county_id):
        refuse(f"--county-id {county_id!r}: letters, digits and '-', 1 to 64 of them")
    first = _administrators(settings, list(names.values()), _passwords(password_file))
    usable(lambda: _make(settings, county_id, county, first))
    click.echo(f"{settings.database.partition('://')[0]} database made; administrators {', '.join(names.values())}")
    made_up = [one for one in first if one.must_change]
    if made_up:
        click.echo("passwords, shown this once, each to be changed at the first sign-in:")
    for one in made_up:
        click.echo(f"  {one.username} ({one.role}): {one.password}")


def _passwords(file: TextIO | None) -> list[str]:
    """Give the passwords that somebody chose, in the order of the administrators."""
    if file is not None:
        return [line for line in file.read().splitlines() if line]
    if sys.stdin.isatty():
        return [click.prompt("Password of the first administrator", hide_input=True, confirmation_prompt=True)]
    return []


def _administrators(settings: Settings, usernames: list[str], chosen: list[str]) -> list[FirstAdministrator]:
    """Give the three accounts; ends the command for a name or password that can not be."""
    profile = PROFILES[settings.password_profile]
    for username in usernames:
        if not USERNAME.fullmatch(username):
            refuse(f"{username!r}: a name to sign in with has letters, digits, '.', '_' and '-', and begins with one")
    if len({username.casefold() for username in usernames}) < len(usernames):
        refuse("the three administrators are three persons: give each another name")
    for username, password in zip(usernames, chosen, strict=False):
        reasons = check_password(password, username, profile)
        if reasons:
            codes = ", ".join(one.code for one in reasons)
            refuse(f"the password of {username} breaks the rules of {settings.password_profile}: {codes}")
    first = []
    for place, (role, username) in enumerate(zip(ADMINISTRATORS, usernames, strict=True)):
        is_chosen = place < len(chosen)
        password = chosen[place] if is_chosen else new_password(username, profile)
        first.append(FirstAdministrator(role, username, password, must_change=not is_chosen))
    return first


def _make(settings: Settings, county_id: str, county: str, first: list[FirstAdministrator]) -> None:
    schema.init(settings.database)
    assembly = assemble(settings)
    try:
        furnish(assembly)
        found_county(assembly, county_id, county, first)
    finally:
        assembly.close()
