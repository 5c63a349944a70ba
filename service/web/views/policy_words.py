"""What a county sets, in words: the name of a parameter, where it comes from, its value as people write it."""

import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Literal

import msgspec

from adapters import shipped
from engine.values import Json
from service.texts import Language, Speech
from service.web.formats import FEN_PER_YUAN, Formats
from service.web.site import CHINA
from service.web.views.policy_choices import CHOSEN, is_chosen, word_of
from service.web.views.policy_tables import is_table

Kind = Literal["number", "money", "lines", "numbers", "choices", "table", "json"]
"""How a value is typed: a number, yuan, a text or number a line, ticked, a table, or JSON where it is none of these."""

GROUPS = ("projects", "screening", "funds", "flags", "warnings", "definitions")
UNITS = ("percent", "per_mille", "working_days", "days", "months", "minutes", "hour", "seconds")
PLAIN = frozenset(
    {
        *("annual_ceilings", "barred_units", "calls", "user_opinions_min"),
        *("money_entered_until", "registers_entered_until", "reviews_entered_until", "meetings_entered_until"),
    }
)
"""Parameters that no rule book has a title for."""

SHORT_MAX = 60


def group_of(key: str) -> str:
    """Give the group that a parameter is shown in."""
    first = key.partition(".")[0]
    if key.startswith("funds.flags."):
        return "flags"
    return first if first in GROUPS else "projects"


def policy_title(key: str, t: Speech, language: Language) -> str:
    """Name a parameter; one that nobody described keeps its key."""
    if key in PLAIN:
        return t(f"county.policy.{key}")
    return str(shipped.policy_notes()[key]["title"][language]) if key in shipped.policy_notes() else key


def policy_source(key: str, language: Language) -> str:
    """Say which rule a parameter comes from; empty where nothing is known."""
    return str(shipped.policy_notes()[key]["source"][language]) if key in shipped.policy_notes() else ""


def kind_of(key: str, value: Json) -> Kind:
    """Say how the value of a parameter is typed."""
    if key.endswith("_fen"):
        return "money"
    if is_chosen(key, value):
        return "choices"
    if is_table(key, value):
        return "table"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "lines"
    if isinstance(value, list) and all(isinstance(one, int) and not isinstance(one, bool) for one in value):
        return "numbers"
    return "number" if isinstance(value, int) and not isinstance(value, bool) else "json"


def in_words(key: str, value: Json, t: Speech) -> str:
    """Say a value in short, with its unit."""
    if key.endswith("_fen") and isinstance(value, int):
        return Formats(t, CHINA).money(value)
    if isinstance(value, int) and not isinstance(value, bool):
        unit = next((name for name in UNITS if key.endswith(f"_{name}")), "")
        return t(f"county.unit.{unit}", count=value) if unit else f"{value:,}"
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        names = [word_of(key, str(one), t) if key in CHOSEN else str(one) for one in value]
        said = t("forms.list_separator").join(names) or t("forms.nothing")
    elif isinstance(value, list | dict):
        said = t("county.rows", count=len(value)) if value else t("forms.nothing")
    else:
        said = str(value)
    return said if len(said) <= SHORT_MAX else f"{said[:SHORT_MAX]}…"


def typed(key: str, value: Json) -> str:
    """Give a value as it stands in its input."""
    match kind_of(key, value):
        case "money" if isinstance(value, int):
            return f"{Decimal(value) / FEN_PER_YUAN:.2f}"
        case "lines" | "numbers" if isinstance(value, list):
            return "\n".join(map(str, value))
    return msgspec.json.format(msgspec.json.encode(value)).decode()


def read_typed(key: str, text: str, before: Json) -> Json:
    """Read what was typed for a parameter that had a value before; raises `ValueError`."""
    match kind_of(key, before):
        case "money":
            return _fen(text)
        case "lines":
            return list(_lines(text))
        case "numbers":
            return [int(one) for one in _lines(text)]
    value: Json = msgspec.json.decode(text)
    return value


def _fen(text: str) -> int:
    try:
        fen = Decimal(unicodedata.normalize("NFKC", text).replace(",", "").strip()) * FEN_PER_YUAN
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise ValueError(text)
    return int(fen)


def _lines(text: str) -> Iterable[str]:
    return (line.strip() for line in text.splitlines() if line.strip())
