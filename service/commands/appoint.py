"""`shenpi appoint`: one of the three administrators, where nobody is left who could give the role in a browser."""

import click

from engine.refusal import Refused
from service.administering import ADMINISTRATORS, give_role
from service.assembly import assemble
from service.commands.administrators import by_administrator
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import refuse
from service.http.problems import Wording


@click.command("appoint", short_help="Make somebody an administrator.")
@click.argument("username")
@click.argument("role", type=click.Choice(ADMINISTRATORS))
@DATABASE
@click.option("--as", "administrator", required=True, help="System administrator in whose name it is done.")
@click.option("--reason", required=True, help="Stands in the office's log.")
def command(username: str, role: str, database: str | None, administrator: str, reason: str) -> None:
    """Give USERNAME, who has an account and no other role that excludes it, the role of an administrator.

    Only the security administrator gives roles in a browser; where that post is empty, or its holder has left, this
    command on the server is the way. Works beside a running service.
    """
    assembly = usable(lambda: assemble(settings_of(database=database), owner=False))
    try:
        directory = assembly.organisation.now()
        if username not in directory.people:
            refuse(f"{username}: there is no such user")
        county = directory.county
        by = by_administrator(assembly, administrator, reason)
        give_role(assembly, by, username, role, "" if county is None else county.id)
    except Refused as refused:
        wording = Wording(assembly.catalogue, assembly.language)
        refuse("; ".join(wording.sentence(one) for one in refused.reasons))
    finally:
        assembly.close()
    click.echo(f"{username} is {role}")
