"""How commands put things into words: one language, people and units by their names where a database knows them."""

from datetime import UTC, datetime
from typing import cast

import click

from adapters.sql.directory import Directory
from engine.commands import SYSTEM
from service.http.problems import Wording
from service.http.rendering import Rendering
from service.texts import Language
from service.texts.foreign import all_texts
from service.web.views.reader import Reader

NOBODY = Directory({}, {}, {}, {}, (), {}, {})
"""Where there is no database, ids stand for names."""

LANGUAGE = click.option(
    "--language", type=click.Choice(["zh", "en"]), default="en", show_default=True, help="Language of the sentences."
)


def reader_of(language: str, directory: Directory = NOBODY) -> Reader:
    """Give what names things for the command's user."""
    wording = Wording(all_texts(), cast("Language", language))
    rendering = Rendering(wording, directory, SYSTEM)
    return Reader(wording.catalogue.speak(wording.language), rendering, datetime.now(UTC))
