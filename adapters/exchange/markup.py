"""Reading XML that may mean harm: no document type, no entity, no network, and limits that are asked while reading."""

import re
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

BYTES_MAX = 4 << 20
ELEMENTS_MAX = 60_000
DEPTH_MAX = 100
ATTRIBUTES_MAX = 200_000
PIECE_BYTES = 1 << 16
TEXT_LENGTH_MAX = 300

_SPACE = re.compile(r"\s+")
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_WIDE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5"}
"""Encodings that the parser does not know by itself."""


class TooMuch(Exception):
    """The document is beyond a limit; the message is the limit."""


class _Bounded(TreeBuilder):
    """Builds a tree until it is too large."""

    def __init__(self) -> None:
        super().__init__()
        self.count = self.depth = self.attributes = 0

    def start(self, tag: str, attributes: dict[str, str], /) -> Element:
        self.count += 1
        self.depth += 1
        self.attributes += len(attributes)
        for found, most, what in (
            (self.count, ELEMENTS_MAX, "elements"),
            (self.depth, DEPTH_MAX, "levels"),
            (self.attributes, ATTRIBUTES_MAX, "attributes"),
        ):
            if found > most:
                raise TooMuch(f"{most} {what}")
        return super().start(tag, attributes)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)


def read_markup(content: bytes) -> Element:
    """Read a document; raises TooMuch, or ValueError with what is wrong with it as XML."""
    if len(content) > BYTES_MAX:
        raise TooMuch(f"{BYTES_MAX} bytes")
    if content.count(b'="') + content.count(b"='") > ATTRIBUTES_MAX:  # the parser takes an element as a whole
        raise TooMuch(f"{ATTRIBUTES_MAX} attributes")
    try:
        content, encoding = _known(content)
        parser = DefusedXMLParser(
            target=_Bounded(), encoding=encoding, forbid_dtd=True, forbid_entities=True, forbid_external=True
        )
        for start in range(0, len(content), PIECE_BYTES):
            parser.feed(content[start : start + PIECE_BYTES])
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise ValueError(f"{type(error).__name__}: a document type or entity") from error
    except ParseError as error:
        raise ValueError(str(error)) from error
    except (LookupError, UnicodeError) as error:
        raise ValueError(f"encoding: {error}") from error
    return root


def _known(content: bytes) -> tuple[bytes, str | None]:
    """Give a document in an encoding that the parser knows, with its name where it is not the one that is declared."""
    declared = _DECLARED.match(content[:200])
    wide = _WIDE.get(declared[1].decode().lower()) if declared is not None else None
    return (content, None) if wide is None else (content.decode(wide).encode(), "utf-8")


def parted(tag: object) -> tuple[str, str]:
    """Give namespace and local name of a tag; both empty for comments and the like."""
    if not isinstance(tag, str):
        return "", ""
    namespace, _, local = tag.rpartition("}")
    return namespace.lstrip("{"), local


def plain(text: str | None) -> str:
    """Give a text on one line, of bearable length, without what nobody can see."""
    shown = "".join(letter if letter.isprintable() else " " for letter in (text or "")[: 4 * TEXT_LENGTH_MAX])
    return _SPACE.sub(" ", shown).strip()[:TEXT_LENGTH_MAX]
