"""`shenpi diff`: what changed in behaviour from one definition to another, in words."""

import json
from pathlib import Path

import click

from engine.comparing import compare
from engine.definition import Definition
from engine.loading import DefinitionErrors, load
from service.commands.sources import read_source
from service.commands.wording import LANGUAGE, reader_of
from service.commands.wrong_use import WRONG_USE
from service.rules import GUARDS
from service.web.views.difference_words import sentence


@click.command("diff", short_help="What changed in behaviour from one definition to another.")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@LANGUAGE
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: differences with code, path, state, action, message."
)
def command(old: Path, new: Path, language: str, *, as_json: bool) -> None:
    """Compare two definitions: who may now do what, which ways are new or gone, which deadlines and conditions moved.

    Titles and the order of lines are no difference.
    """
    before, after = loaded(old), loaded(new)
    reader = reader_of(language)
    found = [(one, sentence(one, before, after, reader)) for one in compare(before, after)]
    if as_json:
        differences = [
            {"code": one.code, "path": one.path, "state": one.state, "action": one.action, "message": said}
            for one, said in found
        ]
        click.echo(json.dumps({"differences": differences}, ensure_ascii=False))
        return
    for _, said in found:
        click.echo(said)


def loaded(path: Path) -> Definition:
    """Load a definition; ends the command with its problems when it can not be read."""
    try:
        return load(read_source(path), file=str(path), book=GUARDS)
    except DefinitionErrors as errors:
        for problem in errors.problems:
            click.echo(str(problem), err=True)
        raise SystemExit(WRONG_USE) from errors
