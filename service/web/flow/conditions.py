"""The conditions of an action as rows: rules of the book by their names, and a field compared with a value.

A comparison is written as the expression it means; any other expression stands as it is, to be changed as text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from engine.editing import shown
from engine.loading.limits import TEXT_LENGTH_MAX
from engine.values import Json
from service.texts import LANGUAGES, Language
from service.web.fields import Choice, Field, with_rows
from service.web.flow.controls import Misfilled
from service.web.flow.raw import Keyed, at, keyed, names, states, text, title
from service.web.flow.words import Words
from service.web.form_input import DAY, GROUPING, NUMBER

RULES, COMPARED = "rules", "conditions"
OTHER = "*"
"""Stands for no field but an expression of one's own; no field is called so."""

SIGNS = ("==", "!=", "<=", ">=", "<", ">")
_SIGN_WORDS = dict(zip(SIGNS, ("is", "is_not", "at_most", "at_least", "below", "above"), strict=True))
_COMPARISON = re.compile(
    r'item\.(?P<field>\w+) *(?P<sign>==|!=|<=|>=|<|>) *(?P<value>"[^"\\]*"|money\("[^"]*"\)|-?\d+(?:\.\d+)?|true|false)'
)
_MONEY = re.compile(r'money\("(?P<yuan>[^"]*)"\)')
_FIRST: Mapping[str, str] = {"money": 'money("0.00")', "integer": "0", "decimal": "0.0", "boolean": "true"}
"""What a field is compared with until somebody says."""

COMPARABLE = frozenset({"text", "integer", "decimal", "money", "date", "boolean", "choice"})


def condition_fields(draft: Json, prefix: str, required: Json, words: Words) -> list[Field]:
    """Show what an action requires; what is no row of either kind stays as it is."""
    written = required if isinstance(required, list) else []
    rules = [{"rule": shown(one)} for one in written if not is_condition(one)]
    offered = [Choice(one, label) for one, label in _offered(draft, rules, words).items()]
    compared = [condition_row(draft, one, words) for one in written if is_condition(one)]
    column = Field("rule", words.t("flow.condition.rule"), "choice", choices=offered)
    tables = [(RULES, [column], rules), (COMPARED, _columns(draft, words), compared)]
    return [
        with_rows(
            Field(
                f"{prefix}.{name}",
                words.t(f"flow.field.{name}"),
                "table",
                columns=columns,
                required=False,
                hint=words.t(f"flow.condition.{name}_hint"),
            ),
            rows,
        )
        for name, columns, rows in tables
    ]


def _offered(draft: Json, rules: Sequence[Mapping[str, str]], words: Words) -> dict[str, str]:
    """Name the rules to choose from: the engine's own, those that the procedure asks anywhere, and what stands here."""
    actions = [action for state in states(draft).values() for action in keyed(state.get("actions")).values()]
    asked = dict.fromkeys(one for action in actions for one in names(at(action, "require")))
    here = {row["rule"]: _rule_words(row["rule"], words) for row in rules}
    return {**here, **{one: words.rules.get(one, one) for one in (*words.usual, *asked)}}


def is_condition(one: Json) -> bool:
    """Say whether a requirement is an expression with the words that refuse."""
    return at(one, "that") is not None


def _rule_words(written: str, words: Words) -> str:
    name = written.strip("{").partition(":")[0]
    called = words.rules.get(name, name)
    return f"{called} {written}" if written != name else called


def _columns(draft: Json, words: Words) -> list[Field]:
    fields = [
        Choice(name, title(one, words.language, name))
        for name, one in keyed(at(draft, "fields")).items()
        if at(one, "type") in COMPARABLE
    ]
    signs = [Choice(sign, words.t(f"flow.sign.{_SIGN_WORDS[sign]}")) for sign in SIGNS]
    labels = {name: words.t(f"flow.condition.{name}") for name in ("field", "sign", "value", "that", *LANGUAGES)}
    return [
        Field("field", labels["field"], "choice", choices=[*fields, Choice(OTHER, words.t("flow.condition.other"))]),
        Field("sign", labels["sign"], "choice", choices=signs, required=False),
        Field("value", labels["value"], required=False),
        Field("that", labels["that"], length_max=TEXT_LENGTH_MAX, required=False),
        *(Field(one, labels[one], length_max=TEXT_LENGTH_MAX, required=False) for one in LANGUAGES),
    ]


def condition_row(draft: Json, one: Json, words: Words) -> dict[str, str]:
    """Show a condition: as field, sign and value where it is such a comparison."""
    that = text(at(one, "that"))
    said: dict[str, str] = {language: text(at(one, "else", language)) for language in LANGUAGES}
    found = _COMPARISON.fullmatch(that.strip())
    field = at(draft, "fields", found["field"]) if found is not None else None
    if found is None or at(field, "type") not in COMPARABLE:
        return {"field": OTHER, "that": that, **said}
    value = _value_words(found["value"], field, words.language, words)
    return {"field": found["field"], "sign": found["sign"], "value": value, **said}


def _value_words(literal: str, field: Json, language: Language, words: Words) -> str:
    if literal in {"true", "false"}:
        return words.say(language, "forms.yes" if literal == "true" else "forms.no")
    money = _MONEY.fullmatch(literal)
    if money is not None:
        return money["yuan"]
    name = literal.strip('"')
    return text(at(field, "of", name, language)) or name


def required_of(draft: Json, written: Json, rows: Mapping[str, Sequence[Mapping[str, object]]], words: Words) -> Json:
    """Write the rows; what stood in a kind's place keeps it.

    Raises:
        Misfilled: a value is not of its field's kind; says which.

    """
    before = written if isinstance(written, list) else []
    named = {shown(one): one for one in before if not is_condition(one)}
    rules: list[Json] = [named.get(code, code) for row in rows[RULES] if (code := str(row.get("rule") or ""))]
    given = [one for one in before if is_condition(one)]
    compared = [_condition(draft, row, given, words) for row in rows[COMPARED] if row.get("field")]
    waiting = {True: iter(compared), False: iter(rules)}
    placed = [made for one in before if (made := next(waiting[is_condition(one)], None)) is not None]
    return [*placed, *waiting[False], *waiting[True]]


def _condition(draft: Json, row: Mapping[str, object], given: Sequence[Json], words: Words) -> Json:
    said: dict[str, str] = {one: str(row.get(one) or "") for one in LANGUAGES}
    name = str(row.get("field") or "")
    if name == OTHER:
        that = str(row.get("that") or "")
        return {"that": that, "else": {one: sentence for one, sentence in said.items() if sentence}}
    field = keyed(at(draft, "fields", name))
    literal = _literal(name, field, str(row.get("value") or ""), words)
    that = f"item.{name} {row.get('sign') or SIGNS[0]} {literal}"
    told = {_sentence(draft, text(at(one, "that")), words) for one in given}
    ours = [sentences for sentences in told if sentences is not None]
    own = _sentence(draft, that, words)
    for at_language, language in enumerate(LANGUAGES):
        is_ours = any(said[language] == sentences[at_language] for sentences in ours)
        if own is not None and (not said[language] or is_ours):
            said[language] = own[at_language]
    return {"that": that, "else": {**said}}


def _sentence(draft: Json, that: str, words: Words) -> tuple[str, ...] | None:
    """Give what a comparison says of itself, in each language; None where it is none."""
    found = _COMPARISON.fullmatch(that.strip())
    if found is None:
        return None
    field = at(draft, "fields", found["field"])
    return tuple(
        words.say(
            language,
            "flow.condition.said",
            field=title(field, language, found["field"]),
            sign=words.say(language, f"flow.sign.{_SIGN_WORDS[found['sign']]}"),
            value=_value_words(found["value"], field, language, words),
        )
        for language in LANGUAGES
    )


def _literal(name: str, field: Keyed, typed: str, words: Words) -> str:
    """Write what a field is compared with; nothing typed is the first value there is."""
    kind = text(field.get("type"))
    typed = typed.strip()
    if not typed:
        choices = list(keyed(field.get("of")))
        return _FIRST.get(kind) or f'"{choices[0] if choices else ""}"'
    found = next(_read(kind, field, typed, words), None)
    if found is None:
        label = title(field, words.language, name)
        raise Misfilled(words.t("flow.condition.no_value", field=label, value=typed))
    return found


def _read(kind: str, field: Keyed, typed: str, words: Words) -> Iterator[str]:
    plain = GROUPING.sub("", typed)
    if kind == "boolean":
        yield from (
            literal
            for literal, key in (("true", "forms.yes"), ("false", "forms.no"))
            if typed.lower() == literal or typed.lower() in {words.say(one, key).lower() for one in LANGUAGES}
        )
    elif kind == "choice":
        of = keyed(field.get("of"))
        yield from (f'"{one}"' for one in of if typed in {one, *(text(at(of, one, each)) for each in LANGUAGES)})
    elif kind == "date":
        day = DAY.fullmatch(typed)
        yield from [f'"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"'] if day is not None else []
    elif kind == "text":
        yield from [f'"{typed}"'] if not set('"\\') & set(typed) else []
    elif NUMBER.fullmatch(plain):
        yield from _number(kind, Decimal(plain))


def _number(kind: str, number: Decimal) -> Iterator[str]:
    if kind == "money" and number == round(number, 2):
        yield f'money("{number:.2f}")'
    elif kind == "integer" and number == number.to_integral_value():
        yield str(int(number))
    elif kind == "decimal":
        digits = f"{number:f}"
        yield digits if "." in digits else f"{digits}.0"
