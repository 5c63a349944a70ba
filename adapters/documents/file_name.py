"""The name of a file as a person gave it, made safe to show, to store beside the file and to offer for download.

The stored file itself is found by its digest, never by its name.
"""

import unicodedata

NAME_LENGTH_MAX = 120
"""Longest name in characters, the extension included."""

NAME_BYTES_MAX = 240
"""Longest name in UTF-8; file systems hold 255 bytes, and a copy may need a few."""

EXTENSION_LENGTH_MAX = 10
"""Longest extension that is kept when a name is cut."""

NAMELESS = "file"
"""The name of a file that has none."""

_FORBIDDEN = frozenset('<>:"/\\|?*')
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(given: str) -> str:
    """Return the last part of a name without what is invisible, forbidden on a system, or too long.

    Control characters, NUL and marks that reverse the direction of writing are taken out; signs that some system
    forbids become underscores; a name that is a device of Windows gets one in front.
    """
    last = unicodedata.normalize("NFC", given.replace("\\", "/")).rpartition("/")[2]
    visible = "".join(letter for letter in last if unicodedata.category(letter) not in _INVISIBLE)
    safe = "".join("_" if letter in _FORBIDDEN else letter for letter in visible)
    name = " ".join(safe.split()).strip(". ")
    stem, dot, extension = (part.strip() for part in name.rpartition("."))
    if not dot or len(extension) > EXTENSION_LENGTH_MAX:
        stem, dot, extension = name, "", ""
    stem = stem.strip(". ") or NAMELESS
    if stem.partition(".")[0].lower() in _DEVICES:
        stem = "_" + stem
    return _cut(stem, dot + extension)


def extension_of(name: str) -> str:
    """Return the extension of a clean name in lower case, without its dot; empty when there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if stem and dot else ""


def _cut(stem: str, ending: str) -> str:
    stem = stem[: NAME_LENGTH_MAX - len(ending)]
    while len((stem + ending).encode()) > NAME_BYTES_MAX:
        stem = stem[:-1]
    return stem.rstrip(". ") + ending
