"""The shipped procedures, loaded once for all tests."""

from collections.abc import Mapping
from functools import cache

from adapters.shipped import definitions, role_codes
from engine.builtin_guards import BUILTIN
from engine.definition import Definition
from engine.guards import GuardBook
from engine.loading import load
from engine.process import Process, compile_process
from workflows.book import BOOK


@cache
def shelf() -> Mapping[str, Process]:
    """Give every shipped procedure by its key, compiled once for all tests."""
    book = GuardBook(BUILTIN, BOOK)
    loaded = (load(text, file=name, book=book, version=1, roles=role_codes()) for name, text in definitions())
    return {one.key: compile_process(one, book) for one in loaded}


def procedure() -> Definition:
    """Give the township project's definition as its loader makes it."""
    return shelf()["township-project"].definition
