"""Two languages everywhere: Chinese lives in text files, and every zh text has its en twin."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from adapters.shipped import LOADER
from tests.tidy.sources import CJK, PRODUCTION, ROOT, files_under, place, report

CODE = (".py", ".js", ".css", ".html", ".jinja", ".j2", ".mako", ".toml")
CATALOGUES = (".yaml", ".yml")
TEXTS = (*CATALOGUES, ".json", ".txt", ".html", ".jinja", ".md")
CHINESE = re.compile(r"(?<![A-Za-z])zh(?:[-_]CN)?(?![A-Za-z])")
ENGLISH = re.compile(r"(?<![A-Za-z])en(?![A-Za-z])")
PLURALS = {"one", "other"}
PLACEHOLDER = re.compile(r"\{[a-z_][a-z0-9_.]*\}")


def documents(path: Path) -> Iterator[object]:
    """Every document of a YAML file."""
    return yaml.load_all(path.read_text("utf-8"), Loader=LOADER)  # the safe loader


def pairs(data: object, where: str = "") -> Iterator[tuple[str, object, object]]:
    """Each mapping in loaded YAML that has a `zh` or an `en`, as its path and both texts."""
    if isinstance(data, dict):
        if {"zh", "en"} & data.keys():
            yield where, data.get("zh"), data.get("en")
        for key, value in data.items():
            yield from pairs(value, f"{where}.{key}".lstrip("."))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from pairs(value, f"{where}[{index}]")


def twins(zh: object, en: object, where: str = "") -> Iterator[tuple[str, object, object]]:
    """The texts of two catalogues with the same keys, side by side; None where one has no such key.

    English has two forms where Chinese has one: `{one: …, other: …}` beside a single text. The first need
    not name the number.
    """
    if isinstance(zh, str) and isinstance(en, dict) and en.keys() == PLURALS:
        yield f"{where}.one", en["one"], en["one"]
        yield f"{where}.other", zh, en["other"]
    elif isinstance(zh, dict) and isinstance(en, dict):
        for key in zh | en:
            yield from twins(zh.get(key), en.get(key), f"{where}.{key}".lstrip("."))
    else:
        yield where, zh, en


def fault(zh: object, en: object) -> str | None:
    """What is wrong with a text and its twin, in words; None if nothing is."""
    if not zh or not en:
        return f"no {'zh' if not zh else 'en'} text"
    if type(zh) is not type(en):
        return "zh and en are of different shape"
    if isinstance(zh, str) and isinstance(en, str):
        odd = set(PLACEHOLDER.findall(zh)) ^ set(PLACEHOLDER.findall(en))
        return f"only one language has {', '.join(sorted(odd))}" if odd else None
    return None


def faults(path: Path, found: Iterator[tuple[str, object, object]]) -> list[str]:
    """The problems among the text pairs of one file."""
    return [f"{place(path)}: {where}: {what}" for where, zh, en in found if (what := fault(zh, en))]


def twin_of(path: Path) -> Path:
    """The other language's file, as `due.zh.txt` is to `due.en.txt`; itself if it is of no language."""
    name = str(path.relative_to(ROOT))
    other = CHINESE.sub("en", name)
    return ROOT / (other if other != name else ENGLISH.sub("zh", name))


def test_code_speaks_no_chinese() -> None:
    """Chinese is for people: it stands in YAML and text files, never between instructions."""
    problems = [
        f"{place(path, number)}: {line.strip()}"
        for path in files_under(*PRODUCTION, ".ci", suffixes=CODE)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if CJK.search(line)
    ]
    assert not problems, report(problems)


def test_every_pair_of_texts_is_complete() -> None:
    """In any YAML mapping `zh` and `en` come together, non-empty, with the same placeholders."""
    problems = [
        problem
        for path in files_under(*PRODUCTION, suffixes=CATALOGUES)
        for document in documents(path)
        for problem in faults(path, pairs(document))
    ]
    assert not problems, report(problems)


def test_every_file_has_its_twin() -> None:
    """Catalogues have the same keys in both languages; other files exist in both."""
    twinned = [(path, twin_of(path)) for path in files_under(*PRODUCTION, suffixes=TEXTS) if twin_of(path) != path]
    problems = [f"{place(path)}: {twin.name} is missing" for path, twin in twinned if not twin.is_file()]
    for path, twin in twinned:
        if path.suffix in CATALOGUES and CHINESE.search(str(path.relative_to(ROOT))) and twin.is_file():
            zh, en = (next(documents(file)) for file in (path, twin))
            problems += faults(path, twins(zh, en))
    assert not problems, report(problems)


def test_the_rules_see_what_is_missing() -> None:
    """The rules themselves, on texts that break them."""
    definition = {
        "title": {"zh": "立项"},
        "steps": [{"else": {"zh": "超出 {limit}", "en": "above {amount}"}}],
    }
    assert [fault(zh, en) for _, zh, en in pairs(definition)] == [
        "no en text",
        "only one language has {amount}, {limit}",
    ]
    catalogue = list(twins({"a": {"b": "甲"}, "c": "丙"}, {"a": {"b": "A"}}))
    assert [where for where, zh, en in catalogue if fault(zh, en)] == ["c"]
    assert twin_of(ROOT / "adapters/due.zh-CN.txt") == ROOT / "adapters/due.en.txt"
    assert twin_of(ROOT / "service/en.yaml") == ROOT / "service/zh.yaml"
