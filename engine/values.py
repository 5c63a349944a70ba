"""The values case data is made of."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
else:  # decoders that read types at run time do not follow an alias into itself
    Json = None | bool | int | str | list[Any] | dict[str, Any]
"""Data of a case. No floats: money is fen (int), other fractions are decimal text."""

INTEGER_MAX = 2**63 - 1
"""Largest integer any database and CEL take."""


def digests_in(value: "Json | Mapping[str, Json]") -> Iterator[str]:
    """Give the digest of every file in some data."""
    if isinstance(value, Mapping):
        if isinstance(digest := value.get("digest"), str):
            yield digest
        for one in value.values():
            yield from digests_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from digests_in(one)
