"""Problems of definitions are told in both languages, in the same words as the engine's own English."""

import re
from pathlib import Path

import pytest
import yaml

from engine.sentences import SENTENCES, WORDS
from service.texts import Language, load
from service.texts.flaws import sentence
from tests.engine.loading.sample import changed, problems

CATALOGUE = load()
MISTAKES = yaml.safe_load((Path(__file__).parents[2] / "engine" / "loading" / "mistakes.yaml").read_text("utf-8"))


def test_the_english_texts_are_the_engine_s() -> None:
    """The same sentence in a log and on a page."""
    texts = CATALOGUE.messages["en"]
    for code, engine_sentence in SENTENCES.items():
        told = re.sub(r"\{\{|\}\}", lambda brace: brace[0][0], engine_sentence)
        assert texts[f"flaws.{code}"] == told
    assert {f"flaws.word.{word}": words for word, words in WORDS.items()}.items() <= texts.items()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_mistake_can_be_told(language: Language) -> None:
    """All parameters are there, and a guess is told."""
    for mistake in MISTAKES:
        (problem,) = problems(changed(mistake["old"], mistake["new"]))
        told = sentence(CATALOGUE, language, problem)
        assert told
        assert str(problem.params.get("hint", "")) in told


def test_a_guess_is_put_behind_the_sentence() -> None:
    """In Chinese as in English."""
    (problem,) = problems(changed("to: review}", "to: reveiw}"))
    zh = sentence(CATALOGUE, "zh", problem)
    assert zh == '没有名为 "reveiw" 的环节。现有：draft, review, joint, done。您是否想写 review？'
    assert sentence(CATALOGUE, "en", problem) == problem.message
