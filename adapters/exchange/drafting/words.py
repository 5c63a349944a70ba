"""The texts of a draft: its own words in both languages, and foreign ones as they are."""

from functools import cache
from pathlib import Path

import yaml

from adapters.exchange.markup import plain
from engine.values import Json


@cache
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text("utf-8"))
    return found


def word(key: str) -> Json:
    """Give one of our own words."""
    return dict(_words()[key])


def foreign(text: str, otherwise: str = "") -> Json:
    """Give a foreign text; it has one language only, so both show it."""
    shown = plain(text) or plain(otherwise) or "-"
    return {"zh": shown, "en": shown}


def titled(name: str) -> Json:
    """Give the title of an action of that name: our own word for it, else the name itself."""
    return word(name) if name in _words() else foreign(name)


def beside(key: str, label: str) -> Json:
    """Give one of our own words with the step it is about, where several are open."""
    return {language: f"{said} · {plain(label)}" for language, said in _words()[key].items()}
