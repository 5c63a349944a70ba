"""A reader for tests of views: the product's texts, and people and units that are called by their ids."""

from dataclasses import dataclass

from engine.texts import Text
from service.texts import Language, Speech
from service.texts.foreign import all_texts


@dataclass(frozen=True)
class Reading:
    """Names things in one language."""

    language: Language

    @property
    def t(self) -> Speech:
        """The text lookup."""
        return all_texts().speak(self.language)

    def says(self, text: Text) -> str:
        """Give a definition's text."""
        return text.zh if self.language == "zh" else text.en

    def person(self, user_id: str) -> str:
        """Call a person by the id."""
        return user_id

    def unit(self, unit_id: str) -> str:
        """Call a unit by the id."""
        return unit_id

    def role(self, role: str) -> str:
        """Name a role."""
        return self.t(f"roles.{role}")
