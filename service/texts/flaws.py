"""The problems of definitions in words of one language."""

from engine.problem import Problem
from engine.sentences import WORD_PARAMS
from service.texts.catalogue import Catalogue, Language


def sentence(catalogue: Catalogue, language: Language, problem: Problem) -> str:
    """Say what is wrong and, where there is a guess, what was meant."""
    words = {
        name: catalogue.text(language, f"flaws.word.{value}")
        for name, value in problem.params.items()
        if name in WORD_PARAMS
    }
    said = catalogue.text(language, f"flaws.{problem.code}", **{**problem.params, **words})
    if not problem.params.get("hint"):
        return said
    return catalogue.text(language, "flaws.hint", said=said, hint=problem.params["hint"])
