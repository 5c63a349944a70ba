"""The values case data is made of."""

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""Data of a case. No floats: money is fen (int), other fractions are decimal text."""

INTEGER_MAX = 2**63 - 1
"""Largest integer any database and CEL take."""
