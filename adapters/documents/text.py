"""The words of a document, to find it by: PDF, Word, PowerPoint, Excel, OFD and plain text."""

import re
import subprocess  # our own program, with fixed words
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

READING_SECONDS_MAX = 90
TEXT_LENGTH_MAX = 200_000
"""Most characters that are kept of a document: some two hundred pages."""

READABLE = frozenset({"pdf", "docx", "pptx", "ofd", "xlsx", "xls", "txt", "csv"})
"""The kinds that have words; scanned pages have none."""

_READER = Path(__file__).with_name("text_child.py")
_NUL = "\x00"
_BROKEN = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")


class UnreadableError(ValueError):
    """The document is damaged or beyond a limit; it is found by its name only."""


def read_words(file: IO[bytes], kind: str) -> str:
    """Read a document's words, with single spaces between them. Raises UnreadableError.

    It is read in a process of its own (see the README): a document that means harm ends only that.
    """
    with TemporaryFile() as result:
        command = [sys.executable, "-I", str(_READER), kind, str(TEXT_LENGTH_MAX)]
        try:
            done = subprocess.run(  # noqa: S603  # our own program, with fixed words
                command, stdin=file, stdout=result, stderr=subprocess.DEVNULL, timeout=READING_SECONDS_MAX, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise UnreadableError("it took too long") from error
        result.seek(0)
        text = result.read().decode("utf-8", errors="replace")
    if done.returncode:
        raise UnreadableError(f"the reader ended with {done.returncode}")
    return plain(text)


def plain(text: str) -> str:
    """Put single spaces between words, and none inside of Chinese, where a line of the page ended."""
    return _BROKEN.sub("", " ".join(text.replace(_NUL, " ").split()))
