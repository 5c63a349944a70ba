"""The sentences of flaws, gaps and notes, in both languages."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Sort = Literal["flaw", "gap", "note"]
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LEFT_OPEN = re.compile(r"\W+\{found\}$")
"""A sentence's end that has nothing to name."""
_TEXTS = Path(__file__).with_name("texts.yaml")


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Give all sentences by `SORT.CODE` and language."""
    found: Mapping[str, Mapping[str, str]] = yaml.load(_TEXTS.read_text("utf-8"), Loader=_LOADER)  # noqa: S506  # the safe loader, in C where it can be
    return found


def sentence(sort: Sort, code: str, found: str, language: str = "en") -> str:
    """Say what was found."""
    said = texts()[f"{sort}.{code}"][language]
    return said.replace("{found}", found) if found else _LEFT_OPEN.sub("", said).replace("{found}", "")
