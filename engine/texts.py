"""Text in both languages of the product, as a definition carries it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Chinese and English; a definition gives both or the loader refuses it."""

    zh: str
    en: str
