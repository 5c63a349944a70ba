"""`shenpi import definition` and `shenpi export definition`: procedures from and to other languages."""

import json
from pathlib import Path

import click

from adapters.diagrams.graphviz import LayoutFailed
from adapters.exchange.bpmn.writing import write_bpmn
from adapters.exchange.chart import Gap, Unreadable
from adapters.exchange.drafting import Draft
from adapters.exchange.languages import annotated, drafted, read, share
from adapters.exchange.markup import BYTES_MAX
from adapters.exchange.telling import sentence
from engine.checking import Checked, check
from service.commands.sources import read_content, read_source
from service.commands.wording import LANGUAGE
from service.commands.wrong_use import CHECK_FAILED, refuse
from service.rules import GUARDS

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
OUT = click.Path(path_type=Path, dir_okay=False)


@click.command("definition", short_help="Make a definition of a BPMN 2.0, FlowLong or DCWorkflow file.")
@FILE
@click.option("--out", type=OUT, help="Where the definition is written; default: standard output.")
@click.option("--process", help="Id of the process, where the file has several; default: the one with most steps.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: the definition, its problems, the gaps.")
@LANGUAGE
def import_definition(file: Path, out: Path | None, process: str | None, language: str, *, as_json: bool) -> None:
    """Write a definition that does what the file says, and list exactly what of it our language says otherwise.

    Exit code 1 when no definition can be made of it, or the one that was made has problems.
    """
    try:
        reading = read(read_content(file, BYTES_MAX))
        made, gaps = drafted(reading, process)
    except Unreadable as error:
        refuse(f"{file}: {sentence('flaw', error.flaw.code, error.flaw.found, language)}")
    text = annotated(made.text, gaps, language) if made is not None else ""
    checked = check(text, file=str(out or "-"), book=GUARDS) if made is not None else None
    if made is not None and out is not None:
        _write(out, text.encode())
    counted = share(reading, gaps)
    if as_json:
        shown = {"definition": text or None, "gaps": [_gap(gap, language) for gap in gaps]}
        click.echo(json.dumps({**_as_json(file, made, checked), **shown, **counted}, ensure_ascii=False))
    else:
        if made is not None and out is None:
            click.echo(text, nl=False)
        _tell(file, gaps, checked, language)
        click.echo(f"{file}: {counted['expressed']} of {counted['constructs']} constructs said as they stand", err=True)
    if checked is None or not checked.is_sound:
        raise SystemExit(CHECK_FAILED)


def _tell(file: Path, gaps: list[Gap], checked: Checked | None, language: str) -> None:
    for gap in gaps:
        click.echo(f"{file}: {gap.element} {gap.id}: {sentence('gap', gap.why, gap.found, language)}", err=True)
    for problem in checked.problems if checked is not None else ():
        click.echo(str(problem), err=True)


def _as_json(file: Path, made: Draft | None, checked: Checked | None) -> dict[str, object]:
    return {
        "file": str(file),
        "key": made.key if made is not None else None,
        "sound": checked is not None and checked.is_sound,
        "problems": [str(problem) for problem in checked.problems] if checked is not None else [],
    }


def _gap(gap: Gap, language: str) -> dict[str, str]:
    said = sentence("gap", gap.why, gap.found, language)
    return {"element": gap.element, "id": gap.id, "why": gap.why, "message": said}


@click.command("definition", short_help="Write a definition as BPMN 2.0 with its picture.")
@FILE
@click.option("--bpmn", "out", type=OUT, required=True, help="Where the BPMN file is written.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Of the names.")
def export_definition(file: Path, out: Path, language: str) -> None:
    """Write the control flow of a definition file, and list what of it BPMN does not say."""
    checked = check(read_source(file), file=str(file), book=GUARDS)
    if checked.definition is None:
        for problem in checked.problems:
            click.echo(str(problem), err=True)
        raise SystemExit(CHECK_FAILED)
    try:
        content, gaps = write_bpmn(checked.definition, language)
    except LayoutFailed as error:
        refuse(str(error))
    _write(out, content)
    for gap in gaps:
        click.echo(f"{out}: {gap.element} {gap.id}: {sentence('gap', gap.why, gap.found)}", err=True)
    click.echo(f"{out}: {len(content)} bytes")


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        refuse(f"{out}: {error.strerror}")
