"""What commands that read a table have in common: encoding, sheet, mapping files (which heading is which field)."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import yaml

from adapters.documents.spreadsheet import ENCODINGS
from service.commands.wrong_use import refuse

MAPPING_BYTES_MAX = 100_000


class RegularFile(click.Path):
    """A file that is there and can be read twice: what is in it, and by its digest whether it was taken before."""

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:  # noqa: ANN401  # click's own
        """Refuse what is none, such as a pipe."""
        found = super().convert(value, param, context)
        if not Path(str(value)).is_file():
            told = "is no file that can be read twice, as a pipe can not. Write it to a file first."
            self.fail(f"{value} {told}", param, context)
        return found


EXISTING = RegularFile(path_type=Path, dir_okay=False, exists=True)
ENCODING = click.option(
    "--encoding", type=click.Choice(ENCODINGS), help="Of a CSV file; default: UTF-8, else GB 18030."
)
SHEET = click.option("--sheet", help="Name of a workbook's sheet; default: the first that has rows.")


def passed_over(left_out: Sequence[str], totals: Sequence[int], notes: Sequence[int] = ()) -> Iterator[str]:
    """Say which sheets and rows of a table were not read, so that they do not pass for read."""
    if left_out:
        yield f"not read: {', '.join(left_out)}. Name one with --sheet."
    if totals:
        yield f"rows that only sum up others, not read: {', '.join(map(str, totals))}"
    if notes:
        yield f"rows that are notes or the heading again, not read: {', '.join(map(str, notes))}"


def mapping_of(file: Path) -> Mapping[str, Any]:
    """Read a mapping file; whatever it is instead is wrong use."""
    if file.stat().st_size > MAPPING_BYTES_MAX:
        refuse(f"{file}: a mapping file has {MAPPING_BYTES_MAX} bytes at most")
    try:
        found = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        refuse(f"{file}: {error}")
    if not isinstance(found, Mapping):
        refuse(f"{file}: a mapping file holds columns and what else its command knows")
    return found


def content_of(file: Path, bytes_max: int) -> bytes:
    """Read a file whole; one that is too large is wrong use."""
    size = file.stat().st_size
    if size > bytes_max:
        refuse(f"{file}: has {size} bytes; at most {bytes_max} are possible")
    return file.read_bytes()
