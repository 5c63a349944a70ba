"""Conditions of a definition in words, as far as they are comparisons of fields, joined by and, or and not."""

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
_PAIRED = re.compile(r"(?P<left>item\.\w+|today) *(?P<sign>==|!=|<=|>=|<|>) *(?P<right>item\.\w+|today)")
_COUNTED = re.compile(r'(?P<what>visits|times)\["(?P<name>[\w.]+)"\] *(?P<sign>==|!=|<=|>=|<|>) *(?P<value>\d+)')
_TEXT = re.compile(r'"([^"]*)"')
_MONEY = re.compile(r'money\("([^"]*)"\)')
_SIGNS: Mapping[str, str] = {"==": "is", "!=": "is_not", "<=": "at_most", ">=": "at_least", "<": "below", ">": "above"}


def condition(source: str, definition: Definition, naming: Naming) -> str:
    """Say a condition in words, or the whole as it is written."""
    return in_words(source, definition, naming) or source


def in_words(source: str, definition: Definition, naming: Naming) -> str | None:
    """Say a condition in words; None where some part of it has none."""
    for sign, word in (("||", "or"), ("&&", "and")):
        parts = _split(source, sign)
        if len(parts) > 1:
            said = [in_words(part, definition, naming) for part in parts]
            words = [one for one in said if one is not None]
            return naming.t(f"rulebook.condition.{word}").join(words) if len(words) == len(said) else None
    text = source.strip()
    if text.startswith("!(") and _is_closed(text[1:]):
        inner = in_words(text[2:-1], definition, naming)
        return None if inner is None else naming.t("rulebook.condition.not", condition=inner)
    if _is_closed(text):
        return in_words(text[1:-1], definition, naming)
    return _part(text, definition, naming)


def value_words(source: str, definition: Definition, naming: Naming) -> str | None:
    """Say a value that an action writes, such as today or another field; None where it is reckoned by a rule."""
    text = source.strip()
    if text in {"true", "false"}:
        return naming.t("forms.yes") if text == "true" else naming.t("forms.no")
    if re.fullmatch(r"item\.\w+|today", text):
        return _term(text, definition, naming)
    literal = re.fullmatch(r'-?\d+|"([^"{}]*)"', text)
    return None if literal is None else literal[1] or text


def _split(source: str, sign: str) -> list[str]:
    """Split a source at a sign that stands within no parentheses, brackets or quotes."""
    parts, depth, quoted, begun = [], 0, False, 0
    for at, letter in enumerate(source):
        quoted ^= letter == '"'
        depth += 0 if quoted else (letter in "([") - (letter in ")]")
        if depth == 0 and not quoted and source.startswith(sign, at):
            parts.append(source[begun:at])
            begun = at + len(sign)
    return [*parts, source[begun:]]


def _is_closed(text: str) -> bool:
    """Say whether one pair of parentheses holds the whole text."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return at == len(text) - 1
    return False


def _part(part: str, definition: Definition, naming: Naming) -> str | None:
    for pattern, say in ((_COMPARED, _compared), (_AMONG, _among), (_FILLED, _filled)):
        found = pattern.fullmatch(part)
        if found is not None and found["field"] in definition.fields:
            return say(found, definition.fields[found["field"]], naming)
    paired, counted = _PAIRED.fullmatch(part), _COUNTED.fullmatch(part)
    if paired is not None:
        left, right = (_term(paired[side], definition, naming) for side in ("left", "right"))
        key = f"rulebook.condition.{_SIGNS[paired['sign']]}"
        return naming.t(key, field=left, value=right) if left and right else None
    return _counted(counted, definition, naming) if counted is not None else None


def _term(text: str, definition: Definition, naming: Naming) -> str | None:
    if text == "today":
        return naming.t("rulebook.condition.today")
    field = definition.fields.get(text.removeprefix("item."))
    return naming.says(field.title) if field is not None else None


def _counted(found: re.Match[str], definition: Definition, naming: Naming) -> str | None:
    """Say how often a state was entered, or an action of it taken."""
    name, _, action = found["name"].partition(".")
    state = definition.states.get(name)
    taken = state.actions.get(action) if state is not None and action else None
    if state is None or (action and taken is None):
        return None
    title = naming.says(taken.title if taken is not None else state.title)
    words = naming.t(f"rulebook.condition.{found['what']}", title=title)
    return naming.t(f"rulebook.condition.{_SIGNS[found['sign']]}", field=words, value=found["value"])


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
