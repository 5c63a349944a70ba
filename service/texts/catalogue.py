"""The text catalogue: files `AREA.zh.yaml` and `AREA.en.yaml` become keys `AREA.group.name`.

A message is a string with `{placeholders}`, or `{one: …, other: …}` chosen by the parameter `count`. Where words depend
on another parameter, `{lines|line|lines}` takes the first of the two when that is one: the number 1, or a list of one.
Both languages hold the same keys with the same placeholders, checked when they are loaded, so that
a lookup can only fail for a key that exists in neither.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, cast, get_args

import yaml

from adapters.shipped import LOADER
from engine.texts import Text

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
FOLDER = Path(__file__).resolve().parent
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
EITHER = re.compile(r"\{([a-z][a-z0-9_]*)\|([^|{}]*)\|([^|{}]*)\}")
LIST_SEPARATOR = ", "
"""What stands between the members of a parameter that is a list, such as numbers of lines."""

PLURAL_FORMS = {"one", "other"}

Speech = Callable[..., str]


class BrokenTexts(ValueError):
    """The text files contradict each other; the message lists every place to mend."""


class MissingText(LookupError):
    """A key or a parameter that the catalogue does not have: a programming error, never shown to users."""


@dataclass(frozen=True, slots=True)
class Plural:
    """A message with a form for exactly one and a form for every other count."""

    one: str
    other: str


Message = str | Plural


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All messages by language and full key."""

    messages: Mapping[Language, Mapping[str, Message]]

    def keys(self) -> frozenset[str]:
        """Every key, the same in both languages."""
        return frozenset(self.messages["zh"])

    def text(self, language: Language, key: str, /, **parameters: object) -> str:
        """The message in that language with its placeholders filled; raises MissingText."""
        message = self.messages[language].get(key)
        if message is None:
            raise MissingText(f"No text has the key {key!r}. Add it to both files of its area in {FOLDER}.")
        pattern = EITHER.sub(partial(_either, key, parameters), _choose(message, key, parameters))
        return PLACEHOLDER.sub(partial(_fill, key, parameters), pattern)

    def listed(self, prefix: str, names: Iterable[str]) -> Text:
        """Name several things that stand under one key, in both languages."""
        keys = [f"{prefix}.{name}" for name in names]
        lists = {
            one: self.text(one, "forms.list_separator").join(self.text(one, key) for key in keys) for one in LANGUAGES
        }
        return Text(lists["zh"], lists["en"])

    def speak(self, language: Language) -> Speech:
        """The lookup `t(key, **parameters)` of one language."""
        return partial(self.text, language)


def load(folder: Path = FOLDER) -> Catalogue:
    """Read all text files of the folder; raises BrokenTexts when the languages do not match."""
    messages = {language: _read_language(folder, language) for language in LANGUAGES}
    problems = list(_differences(messages))
    if problems:
        raise BrokenTexts("The text files do not match:\n" + "\n".join(problems))
    return Catalogue(messages)


def placeholders(message: Message) -> frozenset[str]:
    """The names of the placeholders of a message."""
    forms = (message.one, message.other) if isinstance(message, Plural) else (message,)
    named = (name for form in forms for name in PLACEHOLDER.findall(form))
    chosen_by = (match[1] for form in forms for match in EITHER.finditer(form))
    return frozenset((*named, *chosen_by))


def _choose(message: Message, key: str, parameters: Mapping[str, object]) -> str:
    if isinstance(message, str):
        return message
    if "count" not in parameters:
        raise MissingText(f"The text {key!r} has plural forms and needs the parameter 'count'.")
    return message.one if parameters["count"] == 1 else message.other


def _either(key: str, parameters: Mapping[str, object], match: re.Match[str]) -> str:
    """Give the words for one, or for several."""
    if match[1] not in parameters:
        raise MissingText(f"The text {key!r} needs the parameter {match[1]!r}.")
    value = parameters[match[1]]
    is_one = LIST_SEPARATOR not in value if isinstance(value, str) else value == 1
    return match[2] if is_one else match[3]


def _fill(key: str, parameters: Mapping[str, object], match: re.Match[str]) -> str:
    try:
        return str(parameters[match[1]])
    except KeyError:
        raise MissingText(f"The text {key!r} needs the parameter {match[1]!r}.") from None


def _read_language(folder: Path, language: Language) -> dict[str, Message]:
    messages: dict[str, Message] = {}
    for path in sorted(folder.glob(f"*.{language}.yaml")):
        area = path.name.removesuffix(f".{language}.yaml")
        tree = _read_tree(path)
        messages.update(_flatten(area, tree, path))
    return messages


def _read_tree(path: Path) -> object:
    """A file as loaded; unlike YAML itself it refuses a key that stands twice."""
    loader = LOADER(path.read_text(encoding="utf-8"))
    root = loader.get_single_node()
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, yaml.MappingNode):
            names = Counter(key.value for key, _ in node.value)
            for name in names:
                if names[name] > 1:
                    raise BrokenTexts(f"{path.name}: the key {name!r} stands twice; keep one.")
            pending.extend(value for _, value in node.value)
    return None if root is None else loader.construct_document(root)


def _flatten(prefix: str, tree: object, path: Path) -> Iterator[tuple[str, Message]]:
    if isinstance(tree, str):
        yield prefix, tree
    elif isinstance(tree, dict) and tree.keys() == PLURAL_FORMS:
        yield prefix, Plural(one=str(tree["one"]), other=str(tree["other"]))
    elif isinstance(tree, dict):
        for name, branch in cast("dict[object, object]", tree).items():
            if not isinstance(name, str):
                raise BrokenTexts(f"{path.name}: the key {name!r} under {prefix} is not text; put it in quotes.")
            yield from _flatten(f"{prefix}.{name}", branch, path)
    else:
        raise BrokenTexts(f"{path.name}: {prefix} is neither text nor a group; put the value in quotes.")


def _differences(messages: Mapping[Language, Mapping[str, Message]]) -> Iterator[str]:
    zh, en = messages["zh"], messages["en"]
    for key in sorted(zh.keys() ^ en.keys()):
        yield f"{key} is missing in {'en' if key in zh else 'zh'}"
    for key in sorted(zh.keys() & en.keys()):
        if not _same_placeholders(zh[key], en[key]):
            yield f"{key} has different placeholders in zh and en"


def _same_placeholders(zh: Message, en: Message) -> bool:
    """Equal names, save that an English plural form may leave the count out."""
    return placeholders(zh) - {"count"} == placeholders(en) - {"count"} and (
        isinstance(en, Plural) or ("count" in placeholders(zh)) == ("count" in placeholders(en))
    )
