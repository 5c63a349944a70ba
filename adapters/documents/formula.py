"""Texts that a spreadsheet would run as a formula, and how they are written so that it does not.

A text that starts with ``= + - @``, TAB, CR or LF is run when a CSV file is opened, also in its full-width form, and
after spaces in some programs (ASVS 1.2.10). Such a text is written with one leading apostrophe. Reading takes exactly
that apostrophe away, so that every text survives the round trip.
"""

import unicodedata

_CONTROLS = "\t\r\n"
_OPERATORS = frozenset("=+-@")


def is_dangerous(text: str) -> bool:
    """Say whether a spreadsheet might take the text for a formula; leading apostrophes do not count."""
    bare = text.lstrip("'")
    if bare.startswith(tuple(_CONTROLS)):
        return True
    first = next((letter for letter in bare if not _is_blank(letter)), "")
    return unicodedata.normalize("NFKC", first)[:1] in _OPERATORS


def neutralised(text: str) -> str:
    """Return the text as it may stand in a CSV cell."""
    return "'" + text if is_dangerous(text) else text


def original(text: str) -> str:
    """Return the text that was neutralised to this one."""
    return text[1:] if text.startswith("'") and is_dangerous(text) else text


def _is_blank(letter: str) -> bool:
    return letter.isspace() or letter == "'" or unicodedata.category(letter) in ("Cc", "Cf")
