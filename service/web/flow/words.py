"""What the editor's forms say and offer, in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from engine.values import Json
from service.texts import Catalogue, Language, Speech
from service.web.fields import Choice
from service.web.flow.raw import at, keyed, states, title

SCOPES = ("unit", "office", "township", "county")


class Words(Struct, frozen=True):
    """`roles`, `marks` and `rules` are names by code; `usual` the engine's own rules asked by name alone."""

    catalogue: Catalogue
    language: Language
    roles: Mapping[str, str]
    marks: Mapping[str, str]
    rules: Mapping[str, str]
    usual: Sequence[str]

    @property
    def t(self) -> Speech:
        """The lookup in the reader's language."""
        return self.catalogue.speak(self.language)

    def say(self, language: Language, key: str, **parameters: str) -> str:
        """Give a text in one of the languages, for what is written in both."""
        return self.catalogue.text(language, key, **parameters)

    def some(self, group: str, names: Iterable[str]) -> list[Choice]:
        """Offer words of the language."""
        return [Choice(name, self.t(f"flow.{group}.{name.replace(' ', '_')}")) for name in names]

    def scopes(self) -> list[Choice]:
        """Offer the units of a case."""
        return [Choice(f"item.{name}", self.t(f"rulebook.place.{name}")) for name in SCOPES]

    def titled(self, content: Json) -> list[Choice]:
        """Offer what has a title, by name."""
        return [Choice(name, title(one, self.language, name)) for name, one in keyed(content).items()]

    def states(self, draft: Json) -> list[Choice]:
        """Offer the states."""
        return [Choice(name, title(one, self.language, name)) for name, one in states(draft).items()]

    def phases(self, draft: Json) -> list[Choice]:
        """Offer the phases."""
        found = keyed(at(draft, "phases")).items()
        return [Choice(name, str(at(one, self.language) or name)) for name, one in found]

    def with_(self, choices: Sequence[Choice], value: str) -> list[Choice]:
        """Offer what is written too, if it is none of the choices."""
        known = not value or any(choice.value == value for choice in choices)
        return list(choices) if known else [*choices, Choice(value, value)]
