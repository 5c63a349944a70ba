"""Texts that other folders keep beside their code, as `KEY: {zh: …, en: …}`: taken into the one catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from adapters.shipped import LOADER
from service.texts.catalogue import LANGUAGES, BrokenTexts, Catalogue, Language, load

PROJECT = Path(__file__).resolve().parents[2]
FILES: Mapping[str, tuple[str, ...]] = {
    "refusals": (
        "workflows/texts/refusals.yaml",
        "workflows/texts/money.yaml",
        "workflows/texts/following.yaml",
        "workflows/texts/delivery.yaml",
        "workflows/texts/screening.yaml",
        "workflows/texts/proposals.yaml",
        "workflows/funds/texts.yaml",
        "adapters/documents/texts.yaml",
        "adapters/calendars/texts.yaml",
    ),
    "marks": ("workflows/texts/marks.yaml",),
    "roles": ("workflows/roles.yaml",),
    "laws": ("workflows/texts/laws.yaml",),
    "guards": (
        "workflows/texts/guards.yaml",
        "workflows/texts/money_guards.yaml",
        "workflows/texts/following_guards.yaml",
        "workflows/texts/delivery_guards.yaml",
        "workflows/texts/screening_guards.yaml",
    ),
}
"""Files by the area their keys go to."""


@cache
def all_texts() -> Catalogue:
    """Give the catalogue of the product with all of them, read once in a process; raises BrokenTexts."""
    return with_foreign_texts(load())


def with_foreign_texts(catalogue: Catalogue) -> Catalogue:
    """Give the catalogue with all of them; raises BrokenTexts when a key is there twice or lacks a language."""
    messages = {language: dict(catalogue.messages[language]) for language in LANGUAGES}
    for area, files in FILES.items():
        for file in files:
            for key, language, text in _texts(file):
                name = f"{area}.{key}"
                if messages[language].setdefault(name, text) is not text:
                    raise BrokenTexts(f"{file}: {name} has a text already")
    return replace(catalogue, messages=messages)


def _texts(file: str) -> Iterator[tuple[str, Language, str]]:
    content: Mapping[str, Any] = yaml.load(
        (PROJECT / file).read_text("utf-8"),
        Loader=LOADER,  # noqa: S506  # a safe one
    )
    for key, entry in content.items():
        pair = entry.get("title", entry)
        for language in LANGUAGES:
            if not isinstance(pair.get(language), str):
                raise BrokenTexts(f"{file}: {key} has no {language} text")
            yield key, language, pair[language]
