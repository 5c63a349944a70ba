"""`shenpi password`: a new first password for an account that no administrator gives one over the network."""

import click

from service import administering
from service.assembly import assemble
from service.commands.administrators import by_administrator
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import refuse


@click.command("password", short_help="Give an account a new first password.")
@click.argument("username")
@DATABASE
@click.option("--as", "administrator", required=True, help="System administrator in whose name it is done.")
@click.option("--reason", required=True, help="Stands in the office's log.")
@click.option("--drop-second-proof", is_flag=True, help="Let the password alone count again, where a proof was lost.")
def command(username: str, database: str | None, administrator: str, reason: str, *, drop_second_proof: bool) -> None:
    """Give USERNAME a new first password, printed once; the old one and all sessions end.

    For the other administrators and the auditors this is the only way: whoever opens accounts does not get into theirs
    from a browser. Works beside a running service.
    """
    assembly = usable(lambda: assemble(settings_of(database=database), owner=False))
    try:
        if username not in assembly.organisation.now().people:
            refuse(f"{username}: there is no such user")
        by = by_administrator(assembly, administrator, reason)
        if drop_second_proof and assembly.signing_in.second.is_on(username):
            administering.drop_second_proof(assembly, by, username, on_server=True)
        password = administering.reset_password(assembly, by, username, on_server=True)
    finally:
        assembly.close()
    click.echo(f"password, shown this once, to be changed at first sign-in: {password}")
