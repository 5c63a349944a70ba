"""Sentences as a county words them: of notices, around mails, on printed documents; else those that are shipped.

They are kept among the policies, so that each wording has its day, its reason and its place in the office's log. A text
on printed documents may be worded for all of them or for one kind (`papers.frame.opening.D12`), which then goes before.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adapters import shipped
from adapters.sql.directory import ZONE, Directory
from adapters.sql.office_log import By
from engine.refusal import NotFound, Refusal, Refused
from engine.values import Json
from service.administering import decide_policy
from service.assembly import Assembly
from service.texts import LANGUAGES, Catalogue, Language
from service.texts.catalogue import PLACEHOLDER, placeholders
from workflows.shipped import DOCUMENTS

AREAS = ("notices.", "papers.")
"""The beginnings of the keys of shipped sentences, and of the policies that stand for them."""

NOTICES = tuple(f"notices.{one}" for one in ("task.", "item.", "deadline.", "call.", "other"))
MAIL = tuple(f"notices.mail.{one}" for one in ("greeting", "footer", "signature"))
PAPERS = tuple(f"papers.frame.{one}" for one in ("heading", "issuer", "opening", "closing", "seal", "footer"))
NEVER_EMPTY = frozenset({"papers.frame.issuer", "papers.frame.seal"})

TITLE = frozenset({"title"})
OF_MAIL = frozenset({"name", "unit"})
OF_PAPERS = frozenset({"issuer", "number", "document", "item", "code", "unit"})
OF_SEALS = frozenset({"step"})
SENTENCE_LENGTH_MAX, PASSAGE_LENGTH_MAX = 200, 600
"""Most characters of what stands on one line, and of what may be several."""


@dataclass(frozen=True, slots=True)
class CountyText:
    """A text in both languages. `allowed` are the parts of it that are filled in; `shipped` holds without `own`."""

    key: str
    shipped: Mapping[Language, str]
    own: Mapping[Language, str]
    allowed: frozenset[str]

    @property
    def now(self) -> Mapping[Language, str]:
        """The wording that holds."""
        return self.own or self.shipped

    @property
    def general(self) -> str:
        """The key without the kind of document, if there is one."""
        return _general(self.key)

    @property
    def has_lines(self) -> bool:
        """Whether it may go over several lines."""
        return self.general in MAIL + PAPERS

    @property
    def length_max(self) -> int:
        """Most characters."""
        return PASSAGE_LENGTH_MAX if self.has_lines else SENTENCE_LENGTH_MAX


def is_county_text(policy: str) -> bool:
    """Say whether a policy is the wording of a text, and no parameter."""
    return policy.startswith(AREAS)


def county_texts(catalogue: Catalogue, directory: Directory, kind: str = "") -> list[CountyText]:
    """Give every text there is to word, or those of one kind of document."""
    notices = [key for key in sorted(catalogue.messages["zh"]) if key.startswith(NOTICES)]
    keys = [f"{key}.{kind}" for key in PAPERS] if kind else [*notices, *MAIL, *PAPERS]
    return [county_text(catalogue, directory, key) for key in keys]


def county_text(catalogue: Catalogue, directory: Directory, key: str) -> CountyText:
    """Give a text by its key; raises `NotFound` when there is none. Some are shipped empty."""
    general = _general(key)
    is_notice = general.startswith(NOTICES) and general in catalogue.messages["zh"]
    if not (is_notice or general in MAIL + PAPERS) or not _is_of_a_kind(key, general):
        raise NotFound(f"text {key}")
    messages = {language: catalogue.messages[language].get(general, "") for language in LANGUAGES}
    base = {language: str(message) for language, message in messages.items()}
    if key != general:
        base = own_words(directory, general) or _declared(key, general) or base
    named = frozenset(name for message in messages.values() for name in placeholders(message))
    return CountyText(key, base, own_words(directory, key), named | _more(general))


def _general(key: str) -> str:
    return next((one for one in PAPERS if key.startswith(f"{one}.")), key)


def _is_of_a_kind(key: str, general: str) -> bool:
    return key == general or key.removeprefix(f"{general}.") in shipped.table(DOCUMENTS)


def _declared(key: str, general: str) -> dict[Language, str]:
    """Give the wording that a kind of document is declared with; nothing where it has none of its own."""
    kind = shipped.table(DOCUMENTS)[key.removeprefix(f"{general}.")]
    return dict(kind.get(general.rpartition(".")[2], {}))


def _more(general: str) -> frozenset[str]:
    if general in PAPERS:
        return OF_PAPERS | (OF_SEALS if general.endswith(".seal") else frozenset())
    return OF_MAIL if general in MAIL else TITLE


def own_words(directory: Directory, key: str) -> dict[Language, str]:
    """Give the county's own wording; nothing where the shipped one holds."""
    values = directory.policies.get(key, ())
    value = values[-1][1] if values else None
    return {language: str(value[language]) for language in LANGUAGES} if isinstance(value, dict) else {}


def worded(catalogue: Catalogue, directory: Directory, language: Language, key: str, values: Mapping[str, str]) -> str:
    """Say a text as it holds now, filled in."""
    return filled(county_text(catalogue, directory, key).now[language], values)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fill a wording in; a part that is not known stays empty."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)


def against(wanted: CountyText, words: Mapping[Language, str]) -> list[Refusal]:
    """Say what is wrong with a wording."""
    return [reason for language, text in words.items() for reason in _against(wanted, language, text)]


def _against(wanted: CountyText, language: Language, text: str) -> Iterable[Refusal]:
    is_short = len(text) <= wanted.length_max and (wanted.has_lines or "\n" not in text.strip())
    if not text.strip() and (not wanted.has_lines or wanted.general in NEVER_EMPTY):
        yield Refusal("text.empty", language)
    if not is_short:
        name = "text.too_long" if wanted.has_lines else "text.one_line"
        yield Refusal(name, language, {"most": wanted.length_max})
    unknown = sorted({found for found in re.findall(r"\{([^{}]*)\}", text) if found not in wanted.allowed})
    if unknown:
        known = " ".join(f"{{{name}}}" for name in sorted(wanted.allowed))
        yield Refusal("text.no_part", language, {"part": ", ".join(unknown), "known": known})
    elif re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        yield Refusal("text.loose_brace", language)


def word(assembly: Assembly, by: By, key: str, words: Mapping[Language, str] | None) -> None:
    """Word a text from now on, or (None) as it is shipped; raises `Refused`, also without a reason."""
    wanted = county_text(assembly.catalogue, assembly.organisation.now(), key)
    reasons = [] if words is None else against(wanted, words)
    if reasons:
        raise Refused(*reasons)
    value: Json = None if words is None else {str(language): text.strip() for language, text in words.items()}
    decide_policy(assembly, by, key, by.at.astimezone(ZONE).date(), value)
