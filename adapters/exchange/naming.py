"""Foreign names as names of ours: letters, digits and `_`, one for each, always the same for the same file."""

import re
from collections.abc import Collection
from hashlib import sha256

from msgspec import Struct, field

LENGTH_MAX = 48
_ODD = re.compile(r"[^A-Za-z0-9]+")
_INNER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def slug(text: str, otherwise: str) -> str:
    """Make a name of a text; one without Latin letters gets `otherwise` and a few digits of its digest."""
    plain = _ODD.sub("_", _INNER.sub("_", text)).strip("_").lower()
    if not any(letter.isalpha() for letter in plain) or len(plain) * 2 < len(text.strip()):
        plain = f"{otherwise}_{sha256(text.encode('utf-8', 'replace')).hexdigest()[:6]}"
    if not plain[0].isalpha():
        plain = f"{otherwise}_{plain}"
    return plain[:LENGTH_MAX].rstrip("_")


class Names(Struct):
    """Gives out names, none of them twice."""

    taken: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def give(self, text: str, otherwise: str, reserved: Collection[str] = ()) -> str:
        """Give a free name for a text."""
        first = name = slug(text, otherwise)
        while name in self.taken or name in reserved:
            number = self.counts[first] = self.counts.get(first, 1) + 1
            name = f"{first}_{number}"
        self.taken.add(name)
        return name
