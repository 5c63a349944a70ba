"""Everything the product says in its own words, in Chinese and English: pages, mails, problem documents.

`load()` reads the catalogue once at start-up; `catalogue.speak(language)` gives the lookup `t(key, **parameters)`.
"""

from service.texts.catalogue import (
    LANGUAGES,
    BrokenTexts,
    Catalogue,
    Language,
    MissingText,
    Speech,
    load,
)

__all__ = ["LANGUAGES", "BrokenTexts", "Catalogue", "Language", "MissingText", "Speech", "load"]
