"""How wide words are, measured by ourselves: no layout program knows the widths of Chinese in the reader's font."""

import unicodedata
from collections.abc import Iterator

from msgspec import Struct

from engine.texts import Text

WIDE_CLASSES = frozenset("WF")
WIDE, CAPITAL, SMALL, THIN = 1.0, 0.7, 0.56, 0.32
THIN_CHARACTERS = frozenset(" .,;:!|'()[]ijlftr")
CLOSING = frozenset({"Po", "Pe", "Pf"})
SAFETY = 1.06


class Words(Struct, frozen=True):
    """Lines of text in both languages."""

    zh: tuple[str, ...]
    en: tuple[str, ...]

    @property
    def lines(self) -> int:
        """The number of lines that both languages fit into."""
        return max(len(self.zh), len(self.en))


def width(text: str, size: float) -> float:
    """An upper estimate of the width of a line in a font of that size."""
    return sum(map(_em, text)) * size * SAFETY


def words(text: Text, size: float, width_max: float) -> Words:
    """The text broken into lines that are no wider, as far as single words allow."""
    return Words(tuple(_wrap(text.zh, size, width_max)), tuple(_wrap(text.en, size, width_max)))


def widest(lines: Words, size: float) -> float:
    """The width of the widest line in either language."""
    return max((width(line, size) for line in (*lines.zh, *lines.en)), default=0.0)


def _em(character: str) -> float:
    if _is_wide(character):
        return WIDE
    if character in THIN_CHARACTERS:
        return THIN
    return CAPITAL if character.isupper() or character in "→↻mw@%" else SMALL


def _wrap(text: str, size: float, width_max: float) -> Iterator[str]:
    line = ""
    for piece in _pieces(text):
        if line and width((line + piece).rstrip(), size) > width_max:
            yield line.rstrip()
            line = ""
        line += piece
    yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """What may not be broken: a word with its space, a wide character with the mark that closes it."""
    piece = ""
    for character in text:
        is_wide = _is_wide(character)
        if piece and _may_start(character) and (is_wide or piece[-1] == " " or _is_wide(piece[-1])):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in WIDE_CLASSES


def _may_start(character: str) -> bool:
    """Whether a line may begin with the character: not with closing marks."""
    return unicodedata.category(character) not in CLOSING
