"""`shenpi handover`: all open work of a person who leaves goes to another."""

import json
from typing import Any, cast

import click

from engine.refusal import NotFound, Refused
from service.assembly import assemble
from service.commands.settings import DATABASE, settings_of, usable
from service.commands.wrong_use import CHECK_FAILED, refuse
from service.handing_over import Handed, hand_over
from service.http.problems import Wording
from service.texts import Language


@click.command("handover", short_help="Give all open work of a person to another.")
@click.argument("leaver")
@click.argument("heir")
@DATABASE
@click.option("--as", "administrator", required=True, help="User in whose name it is done.")
@click.option("--reason", required=True, help="Stands in the record of every item.")
@click.option("--language", type=click.Choice(["zh", "en"]), help="Of the messages; default: SHENPI_LANGUAGE.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(leaver: str, heir: str, database: str | None, **how: Any) -> None:  # noqa: ANN401  # options
    """Give every open task of LEAVER to HEIR, item by item; what may not be theirs stays and is named.

    Works beside a running service. Exit code 1 when something stays.
    """
    assembly = usable(lambda: assemble(settings_of(database=database), owner=False))
    wording = Wording(assembly.catalogue, cast("Language", how["language"] or assembly.language))
    try:
        by = assembly.organisation.now().actor(how["administrator"], assembly.clock.now())
        done = hand_over(assembly, leaver, heir, by, how["reason"])
    except NotFound as error:
        refuse(f"--as {how['administrator']}: {error}")
    except Refused as refused:
        refuse("; ".join(wording.sentence(reason) for reason in refused.reasons))
    finally:
        assembly.close()
    _report(done, wording, as_json=how["as_json"])


def _report(done: list[Handed], wording: Wording, *, as_json: bool) -> None:
    stays = [one for one in done if one.refused]
    lines = [{"task": one.task, "reasons": [wording.sentence(reason) for reason in one.refused]} for one in stays]
    if as_json:
        click.echo(json.dumps({"handed": len(done) - len(stays), "stays": lines}, ensure_ascii=False))
    else:
        for line in lines:
            click.echo(f"{line['task']}: {'; '.join(line['reasons'])}")
        click.echo(f"{len(done) - len(stays)} tasks handed over, {len(stays)} stay")
    if stays:
        raise SystemExit(CHECK_FAILED)
