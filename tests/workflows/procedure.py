"""The shipped procedure, loaded once for all tests."""

from functools import cache

from adapters.shipped import role_codes, source
from engine.definition import Definition
from engine.loading import load
from workflows.guards import BOOK

FILE = "township_project.yaml"


@cache
def procedure() -> Definition:
    """Give the township project's definition as its loader makes it."""
    return load(source(FILE), file=FILE, book=BOOK, version=1, roles=role_codes())
