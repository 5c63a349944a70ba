"""Conditions of other languages (JUEL, FEEL, XPath, plain words) as CEL, as far as they compare variables with values.

`${amount > 1000 && approved}`, `=status = "open"`, `not(approved)`, `days le 3` can be read; calls, arithmetic and
scripts can not, and are left to a person.
"""

import re
from collections.abc import Iterator

from msgspec import Struct, field

from adapters.exchange.naming import slug

LENGTH_MAX = 500
TOKENS_MAX = 80
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>-?\d+(?:\.\d+)?(?![\w.]))|(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<word>[^\W\d][\w]*(?:\.[^\W\d][\w]*)*)"""
    r"""|(?P<sign>&&|\|\||==|!=|<=|>=|<>|[=<>!()]))"""
)
_DATA = re.compile(r"(?:bpmn:)?getData(?:Object|Input|Output)\(\s*'([^']+)'\s*\)")
_WRAPPED = re.compile(r"[$#]\{(.*)\}|=(?!=)(.*)|return\s([^;]*);?|(.*)", re.DOTALL)
_WORDS = {
    "and": "&&",
    "or": "||",
    "not": "!",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
    "=": "==",
    "<>": "!=",
}
_COMPARING = frozenset({"==", "!=", "<", "<=", ">", ">="})
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class _NotRead(Exception):
    """The condition is beyond what is read."""


class Variables(Struct):
    """What conditions read, over a whole chart: each variable's field, its type, and the texts it is compared with."""

    types: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)

    def translate(self, condition: str) -> str:
        """Give the condition as CEL; empty when it can not be read."""
        if len(condition) > LENGTH_MAX:
            return ""
        found = _WRAPPED.fullmatch(condition.strip())
        inner = next((part for part in found.groups() if part is not None), "") if found else ""
        trial = Variables(dict(self.types), {name: dict(of) for name, of in self.texts.items()}, dict(self.titles))
        try:
            said = _Reader(list(_tokens(_DATA.sub(r" \1 ", inner))), trial).all()
        except _NotRead:
            return ""
        self.types, self.texts, self.titles = trial.types, trial.texts, trial.titles
        return said

    def use(self, name: str, kind: str) -> str:
        """Note a variable's use; gives its field."""
        key = _key(name)
        if self.types.setdefault(key, kind) != kind:
            raise _NotRead
        self.titles.setdefault(key, name)
        return f"item.{key}"

    def call(self, name: str, title: str) -> None:
        """Note what people call a variable that is about to be used."""
        self.titles.setdefault(_key(name), title)

    def choice(self, field: str, text: str) -> str:
        """Note a text a variable is compared with; gives the value of the choice."""
        value = slug(text, "value")
        of = self.texts.setdefault(field.removeprefix("item."), {})
        if of.setdefault(value, text) != text:
            raise _NotRead
        return f'"{value}"'


def _key(name: str) -> str:
    """Give the name of a variable's field."""
    key = slug(name.removeprefix(OWN), "value")
    return f"{key}_value" if key in RESERVED else key


OWN = "item."
"""Stands before a variable where the condition is our own, as in a file that we have written."""
RESERVED = frozenset(
    {
        *("state", "unit", "initiator", "code", "opened_at", "entered_at", "marks", "filled"),
        *("in", "if", "for", "as", "break", "const", "continue", "else", "false", "function", "import", "let", "loop"),
        *("package", "namespace", "null", "return", "true", "var", "void", "while"),
    }
)
"""Names that no field may have."""


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Cut a condition into pieces; words that follow each other are one name, as in FEEL."""
    at, count, words = 0, 0, []
    text = text.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        count += 1
        if found is None or count > TOKENS_MAX:
            raise _NotRead
        at = found.end()
        kind, piece = str(found.lastgroup), str(found[str(found.lastgroup)])
        lower = piece.lower()
        if kind == "word" and lower not in _WORDS and lower not in ("true", "false", "null"):
            words.append(piece)
            continue
        if words:
            yield "word", " ".join(words)
            words = []
        if kind == "word" and lower in ("true", "false"):
            yield "flag", lower
        elif kind == "word" and lower == "null":
            raise _NotRead
        else:
            yield ("sign", _WORDS.get(lower, piece)) if kind in ("word", "sign") else (kind, piece)
    if words:
        yield "word", " ".join(words)


class _Reader(Struct):
    """Reads pieces by descent: or, and, not, comparison."""

    pieces: list[tuple[str, str]]
    variables: Variables
    at: int = 0

    def all(self) -> str:
        said = self._either()
        if self.at != len(self.pieces):
            raise _NotRead
        return said

    def _peek(self) -> tuple[str, str]:
        return self.pieces[self.at] if self.at < len(self.pieces) else ("", "")

    def _next(self) -> tuple[str, str]:
        piece = self._peek()
        self.at += 1
        return piece

    def _either(self) -> str:
        said = [self._both()]
        while self._peek() == ("sign", "||"):
            self.at += 1
            said.append(self._both())
        return " || ".join(said)

    def _both(self) -> str:
        said = [self._one()]
        while self._peek() == ("sign", "&&"):
            self.at += 1
            said.append(self._one())
        return " && ".join(said)

    def _one(self) -> str:
        kind, piece = self._peek()
        if (kind, piece) == ("sign", "!"):
            self.at += 1
            inner = self._one()
            return f"!{inner}" if inner.startswith("(") else f"!({inner})"
        if (kind, piece) == ("sign", "("):
            self.at += 1
            said = self._either()
            if self._next() != ("sign", ")"):
                raise _NotRead
            return f"({said})"
        return self._compared()

    def _compared(self) -> str:
        left = self._next()
        kind, sign = self._peek()
        if kind != "sign" or sign not in _COMPARING:
            if left[0] != "word":
                raise _NotRead
            return self.variables.use(left[1], "boolean")
        self.at += 1
        right = self._next()
        if left[0] != "word":
            left, right, sign = right, left, _TURNED.get(sign, sign)
        if left[0] != "word" or right[0] not in ("number", "text", "flag"):
            raise _NotRead
        return self._said(left[1], sign, *right)

    def _said(self, name: str, sign: str, kind: str, value: str) -> str:
        if kind == "number":
            number = value if "." in value else f"{value}.0"
            return f"{self.variables.use(name, 'decimal')} {sign} {number}"
        if sign not in ("==", "!="):
            raise _NotRead
        if kind == "flag":
            return f"{self.variables.use(name, 'boolean')} {sign} {value}"
        chosen = self.variables.use(name, "choice")
        return f"{chosen} {sign} {self.variables.choice(chosen, value[1:-1])}"
