"""Numbers of people and firms that few readers need whole: the kinds there are, and how the others see them."""

from enum import StrEnum

SHOWN_PLACES = 4
"""Last places that are shown of a number: enough to tell one from another on the telephone."""

SHOWN_SHARE = 2
"""One place in so many is shown at most: of a short number fewer than four."""

COVER = "****"
"""Stands for all other places, however many there are: so it can be typed, and does not tell the length."""


class Sensitive(StrEnum):
    """What kind of number a text holds."""

    ACCOUNT = "account"
    TELEPHONE = "telephone"
    IDENTITY = "identity"


def covered(number: str) -> str:
    """Give a number as those see it who do not need it: its last four places, of a short one half of them."""
    shown = min(SHOWN_PLACES, len(number) // SHOWN_SHARE)
    return f"{COVER}{number[len(number) - shown :]}" if number else ""
