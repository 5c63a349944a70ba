"""`shenpi verify draw`: every draw of an item done again, from nothing but its history."""

import json

import click

from adapters.sql.histories import history
from adapters.sql.opening import open_database
from adapters.sql.reads.cases import find_by_code
from engine.lots import Recomputed, recompute
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import CHECK_FAILED, refuse


@click.command("draw", short_help="Do every draw of an item again and compare.")
@click.argument("item")
@DATABASE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify_draw(item: str, database: str | None, *, as_json: bool) -> None:
    """Do every draw of ITEM (its id or code) again: the commitment, each candidate's number, who was drawn.

    Exit code 1 when anything is not as it must be.
    """
    opened = usable(lambda: open_database(settings_of(database=database).database, owner=False))
    try:
        with opened.read() as connection:
            case_id = find_by_code(connection, item) or item
            records = history(connection, case_id)
            if not records:
                refuse(f"{item}: there is no such item")
            draws = list(recompute(case_id, records))
    finally:
        opened.close()
    if as_json:
        click.echo(json.dumps({"item": item, "draws": [_as_json(one) for one in draws]}, ensure_ascii=False))
    else:
        _print(draws)
    if any(one.faults for one in draws):
        raise SystemExit(CHECK_FAILED)


def _as_json(one: Recomputed) -> dict[str, object]:
    return {
        "state": one.state,
        "commitment": one.commitment,
        "numbers": [{"candidate": user, "number": number} for user, number in one.numbers],
        "drawn": list(one.drawn),
        "redrawn": [{"out": again.out, "in": again.user, "reason": again.reason} for again in one.redrawn],
        "faults": list(one.faults),
    }


def _print(draws: list[Recomputed]) -> None:
    for one in draws:
        click.echo(f"{one.state}: committed to {one.commitment}")
        for place, (user, number) in enumerate(one.numbers, 1):
            click.echo(f"{place:>4}  {number}  {user}{'  drawn' if user in one.drawn else ''}")
        for again in one.redrawn:
            click.echo(f"      {again.out} replaced by {again.user}: {again.reason}")
        for fault in one.faults:
            click.echo(f"      FAULT: {fault}")
    click.echo(f"{len(draws)} draws, {sum(bool(one.faults) for one in draws)} not as they must be")
