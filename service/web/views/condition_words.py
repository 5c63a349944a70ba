"""Conditions of a definition in words, as far as they are plain comparisons of a field; others stay as written."""

import re
from collections.abc import Mapping
from decimal import Decimal

from engine.definition import Definition, Field
from service.web.views.naming import Naming

_COMPARED = re.compile(
    r'item\.(?P<field>\w+) *(?P<sign>==|!=|<=|>=|<|>) *(?P<value>"[^"]*"|money\("[^"]*"\)|-?\d+|true|false)'
)
_AMONG = re.compile(r"item\.(?P<field>\w+) +in +\[(?P<values>[^\]]*)\]")
_FILLED = re.compile(r'"(?P<field>\w+)" +in +item\.filled')
_TEXT = re.compile(r'"([^"]*)"')
_MONEY = re.compile(r'money\("([^"]*)"\)')
_SIGNS: Mapping[str, str] = {"==": "is", "!=": "is_not", "<=": "at_most", ">=": "at_least", "<": "below", ">": "above"}


def condition(source: str, definition: Definition, naming: Naming) -> str:
    """Say a condition: every part joined by `&&` in words, or the whole as it is written."""
    said = [_part(part.strip(), definition, naming) for part in source.split("&&")]
    if None in said:
        return source
    return naming.t("rulebook.condition.and").join(part for part in said if part is not None)


def _part(part: str, definition: Definition, naming: Naming) -> str | None:
    for pattern, say in ((_COMPARED, _compared), (_AMONG, _among), (_FILLED, _filled)):
        found = pattern.fullmatch(part)
        if found is not None and found["field"] in definition.fields:
            return say(found, definition.fields[found["field"]], naming)
    return None


def _compared(found: re.Match[str], field: Field, naming: Naming) -> str:
    key = f"rulebook.condition.{_SIGNS[found['sign']]}"
    return naming.t(key, field=naming.says(field.title), value=_value(found["value"], field, naming))


def _among(found: re.Match[str], field: Field, naming: Naming) -> str:
    values = naming.t("rulebook.or").join(_choice(name, field, naming) for name in _TEXT.findall(found["values"]))
    return naming.t("rulebook.condition.is", field=naming.says(field.title), value=values)


def _filled(_found: re.Match[str], field: Field, naming: Naming) -> str:
    return naming.t("rulebook.condition.filled", field=naming.says(field.title))


def _value(text: str, field: Field, naming: Naming) -> str:
    money = _MONEY.fullmatch(text)
    if money is not None:
        return naming.t("format.money_yuan", amount=f"{Decimal(money[1]):,.2f}")
    if text in {"true", "false"}:
        return naming.t("forms.yes") if text == "true" else naming.t("forms.no")
    return _choice(text.strip('"'), field, naming)


def _choice(name: str, field: Field, naming: Naming) -> str:
    return next((naming.says(choice.title) for choice in field.of if choice.name == name), name)
