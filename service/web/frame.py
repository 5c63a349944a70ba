"""What surrounds every page: who looks at it, how they like to read, where they can go."""

from collections.abc import Mapping, Sequence
from typing import Literal, cast, get_args

from msgspec import Struct, field

from service.texts import LANGUAGES, Language
from service.web.help import topic_of

Font = Literal["normal", "large", "larger"]
FONTS: tuple[Font, ...] = get_args(Font)
LANGUAGE_COOKIE = "shenpi_language"
FONT_COOKIE = "shenpi_font"
KEYS_COOKIE = "shenpi_keys"


class Preferences(Struct, frozen=True):
    """How a reader likes the site; kept in cookies so that it holds before signing in too."""

    language: Language = "zh"
    font: Font = "normal"
    keys: bool = True


class NavLink(Struct, frozen=True):
    """A link of the main navigation; `key` is its shortcut such as `g q`, `count` a number beside it."""

    label: str
    url: str
    current: bool = False
    key: str = ""
    count: int = 0


class Viewer(Struct, frozen=True):
    """The signed-in person as the header shows them."""

    name: str
    unit: str
    unread_count: int = 0
    navigation: Sequence[NavLink] = ()
    may_search: bool = False


class Page(Struct, frozen=True):
    """One page's surroundings, `page` in every template; `path` includes the query."""

    title: str
    path: str = "/"
    preferences: Preferences = field(default_factory=Preferences)
    viewer: Viewer | None = None
    csrf_token: str = ""
    demo: bool = False
    has_errors: bool = False

    @property
    def language(self) -> Language:
        """The language the page is in."""
        return self.preferences.language

    @property
    def help_url(self) -> str:
        """The address of the help on this page."""
        topic = topic_of(self.path)
        return f"/help#{topic}" if topic else "/help"


def read_preferences(cookies: Mapping[str, str], accept_language: str = "") -> Preferences:
    """Preferences from cookies; without them the browser's first language decides, Chinese when in doubt."""
    language = cookies.get(LANGUAGE_COOKIE, "")
    if language not in LANGUAGES:
        language = "en" if accept_language.strip().lower().startswith("en") else "zh"
    font = cookies.get(FONT_COOKIE, "")
    return Preferences(
        language=cast("Language", language),
        font=font if font in FONTS else "normal",
        keys=cookies.get(KEYS_COOKIE) != "off",
    )
