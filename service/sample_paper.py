"""A printed document of a made-up item, to see how a county's words stand on it before they are kept."""

from collections.abc import Mapping

from adapters.documents.paper import Opinion, Paper, Seal, pdf
from adapters.sql.directory import Directory
from service.county_texts import PAPERS, CountyText, filled, worded
from service.printing import WORDS, kinds
from service.texts import Catalogue, Language

PARTS = ("title", "document", "issuer", "number", "code", "item", "unit", "step", "name", "by", "state", "due")
NO_DIGEST = "0" * 64


def sample_values(catalogue: Catalogue, language: Language) -> dict[str, str]:
    """Give a made-up value for each part that can be filled in."""
    return {name: catalogue.text(language, f"county_texts.sample.{name}") for name in PARTS}


def sample_paper(
    catalogue: Catalogue, directory: Directory, language: Language, tried: CountyText, words: Mapping[Language, str]
) -> bytes:
    """Print a document whose text `tried` says `words`, all others as they hold now; gives a PDF."""
    say, kind = catalogue.speak(language), kinds().get(tried.key.removeprefix(f"{tried.general}."))
    values = sample_values(catalogue, language)
    if kind is not None:
        values["document"] = kind.title.en if language == "en" else kind.title.zh
    else:
        values["document"] = say("county_texts.sample.paper")
    ending = f".{kind.code}" if kind is not None else ""
    frame = {key: worded(catalogue, directory, language, f"{key}{ending}", values) for key in PAPERS}
    frame[tried.general] = filled(words[language], values)
    part = {key.rpartition(".")[2]: text for key, text in frame.items()}
    rows = (("item", "code"), ("unit", "unit"), ("initiator", "by"))
    opinion = Opinion(
        values["step"], say("county_texts.sample.decision"), say("county_texts.sample.comment"), values["by"],
        values["unit"], values["due"],
    )  # fmt: skip
    return pdf(
        Paper(
            number=values["number"],
            is_letter=kind is not None and kind.is_letter,
            title=values["document"],
            language=language,
            rows=tuple((say(f"papers.{label}"), values[name]) for label, name in rows),
            tables=(),
            opinions=(opinion,),
            seals=(Seal(part.pop("seal"), "", say("papers.day_blank")),),
            words={name: say(f"papers.{name}") for name in WORDS},
            digest=NO_DIGEST,
            revision=1,
            verify_url="https://example.gov.cn",
            printed_at=values["due"],
            **part,
        )
    )
