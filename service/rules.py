"""All named rules that a definition may use: the engine's own and the township's."""

from engine.builtin_guards import BUILTIN
from engine.guards import GuardBook
from workflows.book import BOOK

GUARDS = GuardBook(BUILTIN, BOOK)
"""The one book of this product."""
