"""The sentences of notices, as a county words them: dated values with a reason, else the sentence that is shipped.

They are kept among the policies, so that each wording has its day, its reason and its place in the office's log.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.sql.directory import ZONE, Directory
from adapters.sql.office_log import By
from engine.refusal import Refusal, Refused
from engine.values import Json
from service.administering import decide_policy
from service.assembly import Assembly
from service.texts import LANGUAGES, Catalogue, Language
from service.texts.catalogue import PLACEHOLDER, placeholders

AREA = "notices."
"""The beginning of the keys of shipped sentences, and of the policies that stand for them."""

KINDS = ("task.", "item.", "deadline.", "call.", "other")
"""What the sentences are about; mails and the daily digest are made around them."""

ALWAYS = frozenset({"title"})
LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A sentence in both languages. `allowed` are the parts of it that are filled in."""

    kind: str
    shipped: Mapping[Language, str]
    own: Mapping[Language, str]
    allowed: frozenset[str]

    @property
    def now(self) -> Mapping[Language, str]:
        """The wording that holds."""
        return self.own or self.shipped


def notice_texts(catalogue: Catalogue, directory: Directory) -> dict[str, NoticeText]:
    """Give every sentence, by kind."""
    known = [key.removeprefix(AREA) for key in sorted(catalogue.messages["zh"]) if key.startswith(AREA)]
    return {kind: notice_text(catalogue, directory, kind) for kind in known if kind.startswith(KINDS)}


def notice_text(catalogue: Catalogue, directory: Directory, kind: str) -> NoticeText:
    """Give the sentence of a kind; KeyError when there is none."""
    messages = {language: catalogue.messages[language][f"{AREA}{kind}"] for language in LANGUAGES}
    shipped = {language: str(message) for language, message in messages.items()}
    allowed = frozenset(name for message in messages.values() for name in placeholders(message))
    return NoticeText(kind, shipped, own_words(directory, kind), allowed | ALWAYS)


def own_words(directory: Directory, kind: str) -> dict[Language, str]:
    """Give the county's own wording; nothing where the shipped one holds."""
    values = directory.policies.get(f"{AREA}{kind}", ())
    value = values[-1][1] if values else None
    return {language: str(value[language]) for language in LANGUAGES} if isinstance(value, dict) else {}


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fill a wording in; a part that is not known stays empty."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)


def against(wanted: NoticeText, words: Mapping[Language, str]) -> list[Refusal]:
    """Say what is wrong with a wording."""
    reasons = []
    for language, text in words.items():
        unknown = sorted(set(re.findall(r"\{([^{}]*)\}", text)) - wanted.allowed)
        if not text.strip() or "\n" in text.strip() or len(text) > LENGTH_MAX:
            reasons.append(Refusal("notice.one_line", language, {"most": LENGTH_MAX}))
        if unknown:
            known = " ".join(f"{{{name}}}" for name in sorted(wanted.allowed))
            reasons.append(Refusal("notice.no_part", language, {"part": ", ".join(unknown), "known": known}))
    return reasons


def word(assembly: Assembly, by: By, kind: str, words: Mapping[Language, str] | None) -> None:
    """Word a notice from now on, or (None) as it is shipped; raises `Refused`, also without a reason."""
    wanted = notice_text(assembly.catalogue, assembly.organisation.now(), kind)
    reasons = [] if words is None else against(wanted, words)
    if reasons:
        raise Refused(*reasons)
    value: Json = None if words is None else {str(language): text.strip() for language, text in words.items()}
    decide_policy(assembly, by, f"{AREA}{kind}", by.at.astimezone(ZONE).date(), value)
