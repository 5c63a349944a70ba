"""Policy values that are lists of codes of a procedure's choices: ticked in words, kept as the rules read them."""

from collections.abc import Mapping

from engine.values import Json
from service.texts import Speech
from service.web.fields import Choice, Field

COSTS = (
    *("equipment", "product", "development", "line", "cloud", "data_work", "integration", "protection", "supervision"),
    *("testing", "consulting", "training", "management", "contingency", "other"),
    *("running", "salary", "entertainment", "vehicle", "travel"),
)
"""Cost categories: those of a budget's lines, then those that no budget of ours offers and a county's own may."""

BORROWERS = (
    *("enterprise", "institution", "government", "department", "township"),
    "public_institution_fully_funded",
)

CHOSEN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "funds.flags.recurrent_categories": ("cost", COSTS),
    "funds.flags.not_from_bonds_categories": ("cost", COSTS),
    "funds.loan.government_borrowers": ("borrower", BORROWERS),
}
"""Parameters that list codes: the group of their words, and the codes there are."""


def is_chosen(key: str, value: Json) -> bool:
    """Say whether a parameter is ticked."""
    return key in CHOSEN and isinstance(value, list)


def choices_field(name: str, key: str, value: Json, t: Speech) -> Field:
    """Show a value to be ticked; a code that nobody knows stays to choose, as it is."""
    held = [str(one) for one in value] if isinstance(value, list) else []
    codes = dict.fromkeys([*CHOSEN[key][1], *held])
    choices = [Choice(code, word_of(key, code, t)) for code in codes]
    return Field(name, t("county.value"), "choices", tuple(held), choices=choices)


def word_of(key: str, code: str, t: Speech) -> str:
    """Say a code of a parameter."""
    group, codes = CHOSEN[key]
    return t(f"county.{group}.{code}") if code in codes else code
