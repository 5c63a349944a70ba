"""The text catalogue: reading it, filling placeholders, plural forms, and every way in which it can be wrong."""

from pathlib import Path

import pytest

from service.texts import LANGUAGES, BrokenTexts, MissingText, load


def write(folder: Path, zh: str, en: str) -> None:
    """Both files of the area `area`."""
    (folder / "area.zh.yaml").write_text(zh, encoding="utf-8")
    (folder / "area.en.yaml").write_text(en, encoding="utf-8")


def test_the_shipped_texts_load() -> None:
    """The product would not start with texts that contradict each other."""
    catalogue = load()
    assert catalogue.text("zh", "layout.demo") == "演示数据·纯属虚构"
    assert len(catalogue.keys()) == len(catalogue.messages["en"])


def test_placeholders_are_filled(tmp_path: Path) -> None:
    """Parameters stand where the language wants them, whatever characters they hold."""
    write(tmp_path, "hello: 你好，{name}", "hello: Hello {name}")
    catalogue = load(tmp_path)
    assert catalogue.speak("zh")("area.hello", name="{name}") == "你好，{name}"
    assert catalogue.speak("en")("area.hello", name="<b>") == "Hello <b>"


@pytest.mark.parametrize(("count", "expected"), [(0, "0 days"), (1, "1 day"), (2, "2 days")])
def test_english_counts(tmp_path: Path, count: int, expected: str) -> None:
    """English has a form for one and a form for all others; Chinese needs none."""
    write(tmp_path, "days: '{count} 天'", "days: {one: 1 day, other: '{count} days'}")
    catalogue = load(tmp_path)
    assert catalogue.text("en", "area.days", count=count) == expected
    assert catalogue.text("zh", "area.days", count=count) == f"{count} 天"


def test_a_missing_text_is_an_error(tmp_path: Path) -> None:
    """A key or parameter that is not there is never shown to a user as it is."""
    write(tmp_path, "a: {b: '{name}', c: '{count}'}", "a: {b: '{name}', c: {one: one, other: '{count}'}}")
    catalogue = load(tmp_path)
    for language in LANGUAGES:
        with pytest.raises(MissingText, match=r"area\.a\.x"):
            catalogue.text(language, "area.a.x")
        with pytest.raises(MissingText, match="'name'"):
            catalogue.text(language, "area.a.b")
    with pytest.raises(MissingText, match="'count'"):
        catalogue.text("en", "area.a.c")


@pytest.mark.parametrize(
    ("zh", "en", "complaint"),
    [
        ("a: 甲\nb: 乙", "a: A", r"area\.b is missing in en"),
        ("a: 甲", "a: A\nb: B", r"area\.b is missing in zh"),
        ("a: '{x}'", "a: '{y}'", r"area\.a has different placeholders"),
        ("a: '{count}'", "a: many", r"area\.a has different placeholders"),
        ("no: 否", "no: 'No'", r"area\.zh\.yaml: the key False"),
        ("a: 1", "a: one", r"area\.zh\.yaml: area\.a is neither text nor a group"),
        ("a: 甲\na: 乙", "a: A", r"area\.zh\.yaml: the key 'a' stands twice"),
    ],
)
def test_broken_texts_are_refused(tmp_path: Path, zh: str, en: str, complaint: str) -> None:
    """Every fault is found at start-up and names its file or key."""
    write(tmp_path, zh, en)
    with pytest.raises(BrokenTexts, match=complaint):
        load(tmp_path)


@pytest.mark.parametrize(
    ("lines", "expected"), [("3", "Line 3 has"), ("3, 5", "Lines 3, 5 have"), (1, "Line 1 has"), (2, "Lines 2 have")]
)
def test_words_that_depend_on_another_parameter(tmp_path: Path, lines: str | int, expected: str) -> None:
    """A list of one and the number 1 take the words for one; Chinese has no such words."""
    write(tmp_path, "a: '第 {lines} 行'", "a: '{lines|Line|Lines} {lines} {lines|has|have}'")
    catalogue = load(tmp_path)
    assert catalogue.text("en", "area.a", lines=lines) == expected
    assert catalogue.text("zh", "area.a", lines=lines) == f"第 {lines} 行"
    with pytest.raises(MissingText, match="'lines'"):
        catalogue.text("en", "area.a")


def test_what_chooses_words_is_a_parameter_of_both_languages(tmp_path: Path) -> None:
    """A parameter that only English asks for is found when the texts are loaded."""
    write(tmp_path, "a: '行'", "a: '{lines|Line|Lines}'")
    with pytest.raises(BrokenTexts, match=r"area\.a has different placeholders"):
        load(tmp_path)
