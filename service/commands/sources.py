"""Reading definition files for the commands: bounded, as UTF-8, with one line for what is wrong."""

from pathlib import Path

import click

from service.commands.wrong_use import refuse

SOURCE_BYTES_READ_MAX = 1 << 20
"""Most of a definition file that is read at all; the loader's own limit is lower and says so with a line."""


def read_content(path: Path, bytes_max: int) -> bytes:
    """Read a file, at most one byte beyond the limit; ends the command when it can not be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(bytes_max + 1)
    except OSError as error:
        refuse(f"{path}: {error.strerror}")


def read_source(path: Path) -> str:
    """Read a definition file; ends the command when it can not be read."""
    content = read_content(path, SOURCE_BYTES_READ_MAX)
    if len(content) > SOURCE_BYTES_READ_MAX:
        refuse(f"{path}: larger than {SOURCE_BYTES_READ_MAX} bytes: this is no definition")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(f"{path}: byte {error.start} is not UTF-8: save the file as UTF-8")


FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
"""One or more definition files."""
