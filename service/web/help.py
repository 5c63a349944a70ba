"""The help page: what each page is for, the words of the trade in both languages, the keys."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from service.texts import LANGUAGES, Catalogue, Language

TOPICS: Mapping[str, Sequence[str]] = {
    "home": ("/",),
    "overview": ("/dashboard", "/dashboard/*"),
    "apply": ("/apply",),
    "fill": ("/items/*/edit", "/items/*/check", "/items/*/submitted", "/returned", "/drafts"),
    "mine": ("/mine", "/duties"),
    "queue": ("/queue",),
    "desk": ("/queue/*", "/files/*", "/files/*/*"),
    "score": ("/expert", "/panels/*/summary"),
    "item": ("/items", "/items/*", "/items/*/*", "/search"),
    "funds": ("/funds", "/funds/*"),
    "reserve": ("/reserve",),
    "reports": ("/reports", "/reports/*"),
    "learned": ("/evaluations", "/lessons"),
    "audit": ("/audit", "/audit/*"),
    "procedures": (
        "/admin/definitions",
        *(f"/admin/definitions/*{'/*' * depth}" for depth in range(4)),
        "/admin/forms",
    ),
    "office": ("/admin", "/admin/*", "/admin/*/*", "/admin/*/*/*"),
    "notices": ("/notifications",),
    "settings": ("/settings", "/settings/*"),
}
"""Topics with the pages they are about; the first that fits a path is the page's own."""

TERMS = (
    *("call", "office", "parties", "preliminary", "experts", "pool", "priority", "study", "costs", "budget"),
    *("approval", "source", "account", "encumbrance", "retention", "milestone", "warning", "change", "acceptance"),
    *("evaluation", "lists", "tier", "claim", "working_day"),
)


class Topic(Struct, frozen=True):
    """Help on one page, paragraph by paragraph."""

    name: str
    title: str
    paragraphs: Sequence[str]


class Term(Struct, frozen=True):
    """A word of the trade: in the reader's language, in the other, and what it means."""

    word: str
    other: str
    note: str


def topic_of(path: str) -> str:
    """Name the topic of a page; empty where there is none of its own."""
    parts = path.partition("?")[0].rstrip("/").split("/")
    for name, patterns in TOPICS.items():
        for pattern in patterns:
            wanted = pattern.rstrip("/").split("/")
            if len(wanted) == len(parts) and all(one in ("*", part) for one, part in zip(wanted, parts, strict=True)):
                return name
    return ""


def topics(catalogue: Catalogue, language: Language) -> list[Topic]:
    """Give all topics."""
    t = catalogue.speak(language)
    return [Topic(name, t(f"help.topic.{name}.title"), t(f"help.topic.{name}.text").splitlines()) for name in TOPICS]


def terms(catalogue: Catalogue, language: Language) -> list[Term]:
    """Give the glossary."""
    other = next(one for one in LANGUAGES if one != language)
    t, foreign = catalogue.speak(language), catalogue.speak(other)
    return [
        Term(t(f"glossary.term.{one}"), foreign(f"glossary.term.{one}"), t(f"glossary.note.{one}")) for one in TERMS
    ]
