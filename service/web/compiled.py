"""Compiled templates, kept as Python keeps its compiled modules: in memory, and beside the source where that can be."""

import os
import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from pickle import UnpicklingError
from types import CodeType

from jinja2 import Environment
from jinja2 import __version__ as version
from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """The code of templates by the file they come from; it holds as long as the text is the same.

    To compile the page that asks for a password is a twentieth of a start, and both languages need the same code.
    """

    def __init__(self, way: str) -> None:
        """`way` tells how templates are compiled: code that was made in another way is not used."""
        self._way = sha256(way.encode()).hexdigest()[:16]
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code into the bucket, if there is any for this very text; a broken file is as good as none."""
        kept = self._codes.get((bucket.key, bucket.checksum))
        if kept is not None:
            bucket.code = kept
            return
        with suppress(OSError, EOFError, UnpicklingError), self._place(bucket).open("rb") as file:
            bucket.load_bytecode(file)
        self._keep(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code; a folder that cannot be written is no fault, as it is none for Python's own modules."""
        self._keep(bucket)
        if sys.dont_write_bytecode:
            return
        place = self._place(bucket)
        unfinished = place.with_name(f"{place.name}.{os.getpid()}")
        with suppress(OSError):
            place.parent.mkdir(exist_ok=True, parents=True)
            unfinished.write_bytes(bucket.bytecode_to_string())
            unfinished.replace(place)

    def _keep(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code

    def _place(self, bucket: Bucket) -> Path:
        return Path(cache_from_source(__file__)).with_name(f"template-{bucket.key[:20]}-{self._way}.bin")


def keep_compiled(environment: Environment) -> None:
    """Let an environment that is set up keep what it compiles, with all others of its kind: nobody changes code."""
    way = (environment.autoescape, environment.undefined, environment.trim_blocks, environment.lstrip_blocks)
    environment.bytecode_cache = _compiled(f"{version} {way} {sorted(environment.filters)}")


@cache
def _compiled(way: str) -> Compiled:
    return Compiled(way)
