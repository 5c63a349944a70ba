"""What a view needs to name things in the reader's language."""

from typing import Protocol

from engine.texts import Text
from service.texts import Language, MissingText, Speech


class Naming(Protocol):
    """Names people, units and roles for one reader."""

    @property
    def t(self) -> Speech:
        """The text lookup in the reader's language."""
        ...

    @property
    def language(self) -> Language:
        """The language of the page."""
        ...

    def says(self, text: Text) -> str:
        """Give a definition's text in the reader's language."""
        ...

    def person(self, user_id: str) -> str:
        """Name a person."""
        ...

    def unit(self, unit_id: str) -> str:
        """Name a unit."""
        ...

    def role(self, role: str) -> str:
        """Name a role."""
        ...


def titled(naming: Naming, area: str, key: str) -> str:
    """Name something whose words are in an area of the catalogue; a key of an admin's own making names itself."""
    try:
        return naming.t(f"{area}.{key}")
    except MissingText:
        return key


def joined(naming: Naming, parts: "list[str] | tuple[str, ...]") -> str:
    """List things in words."""
    return naming.t("forms.list_separator").join(parts)
