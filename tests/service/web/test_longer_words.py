"""Words that are two fifths longer than ours, as another language has them, break nothing."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from service import assembly
from service.texts import LANGUAGES
from service.texts.catalogue import Message, Plural
from service.texts.foreign import all_texts
from service.web.views.rules import LAWS
from tests.browser import NARROW, WIDE, visiting
from tests.service.web.county import Service, serving
from tests.service.web.test_every_page import EXPERT, PAGES, SCORED, SOME, opened

pytestmark = pytest.mark.browser

LONGER_PERCENT = 40
FILLING = "lengthen the words"
NO_WORDS = ("format.large_unit", LAWS)
"""No words of a page: the unit in which a language counts large sums; the names by which laws are found in sources."""


def lengthened(words: str) -> str:
    """Give a text with two fifths more, in pieces that can be told from it."""
    more = ceil(len(words) * LONGER_PERCENT / 100)
    return f"{words} {(FILLING * (more // len(FILLING) + 1))[:more]}".rstrip()


def longer(message: Message) -> Message:
    """Give a message with longer words in each of its forms."""
    return (
        Plural(lengthened(message.one), lengthened(message.other))
        if isinstance(message, Plural)
        else lengthened(message)
    )


@pytest.fixture(scope="module")
def wordy(furnished_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The county, with longer words everywhere."""
    texts = all_texts()
    said = {
        one: {
            key: message if key.startswith(NO_WORDS) else longer(message)
            for key, message in texts.messages[one].items()
        }
        for one in LANGUAGES
    }
    folder = tmp_path_factory.mktemp("wordy") / "county"
    shutil.copytree(furnished_county, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "all_texts", lambda: replace(texts, messages=said))
        with serving(folder) as service:
            yield service


@pytest.mark.parametrize(
    ("person", "path"), [pytest.param(*one, marks=[] if one[1] in SOME else [pytest.mark.long]) for one in PAGES]
)
def test_longer_words_break_nothing(chromium: Browser, wordy: Service, person: str, path: str) -> None:
    """No text is cut, no page scrolls sideways, wide or narrow; none fails, because none reads its own words."""
    person = wordy.person_of(SCORED) if person == EXPERT else person
    cookies = (wordy.cookie_of(person),) if person else ()
    with visiting(chromium, wordy.url + opened(wordy, path), language="en", cookies=cookies) as visit:
        assert "lengthen" in visit.page.content()
        for width in (WIDE, NARROW):
            visit.page.set_viewport_size({"width": width, "height": 900})
            assert (visit.cut(), visit.overflow() <= 0) == ([], True), width
        assert visit.complaints == []
