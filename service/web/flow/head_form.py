"""The top of the procedure as a form: its name, its phases and pages, who starts and who administers it."""

from collections.abc import Sequence

from engine.editing import Drop, Edit, Put
from engine.loading.limits import NUMBERING_LENGTH_MAX
from engine.values import Json
from service.texts import LANGUAGES
from service.web.fields import Field
from service.web.flow.controls import Group, titles
from service.web.flow.differing import differing, in_languages, in_order, keyed_edits, named_rows
from service.web.flow.field_form import rows_field
from service.web.flow.raw import at, fields, keyed, names, text
from service.web.flow.who import OFFICES, who_fields, who_of
from service.web.flow.words import Words

KEYS = (
    *("workflow", "title", "calendar", "numbering", "starters", "admins", "verbs", "parent", "opening"),
    *("phases", "summary", "fields", "sections", "ladders", "states", "always", "tests"),
)
"""The keys of a procedure in the order in which they are written."""

_UNLISTED = {"long_text", "file", "files", "table"}
"""Types of fields that do not stand in lists."""


def head_groups(draft: Json, words: Words) -> list[Group]:
    """Give the form of the top."""
    t = words.t
    numbering = Field(
        "numbering",
        t("flow.field.numbering"),
        value=text(at(draft, "numbering")) or None,
        required=False,
        hint=t("flow.numbering_hint", example="CG-{year}-{n:4}"),
        length_max=NUMBERING_LENGTH_MAX,
    )
    listed = {
        name: one for name, one in fields(draft).items() if one.get("type") not in _UNLISTED and "sensitive" not in one
    }
    summary = Field(
        "summary",
        t("flow.field.summary"),
        "choices",
        tuple(names(at(draft, "summary"))),
        choices=words.titled(dict(listed)),
        required=False,
    )
    offices = [
        Group(t(f"flow.group.{key}"), who_fields(draft, at(draft, key), words, key, forms), is_open=True)
        for key, forms in OFFICES.items()
    ]
    phases = rows_field("phases", at(draft, "phases"), words)
    sections = rows_field("sections", at(draft, "sections"), words, "title")
    return [
        Group(t("flow.group.name"), [*titles("title", draft, words), numbering], is_open=True),
        *offices,
        Group(t("flow.group.phases"), [phases], is_open=True),
        Group(t("flow.group.pages"), [sections, summary], is_open=True),
    ]


def head_edits(draft: Json, before: Sequence[Field], after: Sequence[Field]) -> list[Edit]:
    """Give the edits that make the top what was filled in."""
    changed, made = differing(before, after), list[Edit]()
    for language in LANGUAGES:
        if (said := changed.get(f"title.{language}")) is not None:
            made.append(Put(("title", language), said.value or ""))
    if (numbering := changed.get("numbering")) is not None:
        made.append(Put(("numbering",), numbering.value, KEYS) if numbering.value else Drop(("numbering",)))
    if (summary := changed.get("summary")) is not None:
        listed = in_order(at(draft, "summary"), summary.value)
        made.append(Put(("summary",), listed, KEYS) if listed else Drop(("summary",)))
    for key in OFFICES:
        if any(name.startswith(f"{key}.") for name in changed):
            controls = {one.name.partition(".")[2]: str(one.value or "") for one in after if one.name.startswith(key)}
            office = who_of(controls, at(draft, key))
            made.append(Drop((key,)) if office is None else Put((key,), office, KEYS))
    if "phases" in changed:
        rows = named_rows(changed["phases"].row_values, "phase_{number}")
        made += keyed_edits(("phases",), at(draft, "phases"), {name: in_languages(row) for name, row in rows}, KEYS)
    if "sections" in changed:
        made += _sections(draft, changed["sections"])
    return made


def _sections(draft: Json, table: Field) -> list[Edit]:
    """Write the pages of the form; the first one takes all fields that stand on none."""
    written = keyed(at(draft, "sections"))
    made: dict[str, Json] = {}
    for name, row in named_rows(table.row_values, "section_{number}"):
        held = at(written, name, "fields")
        made[name] = {**keyed(written.get(name)), "title": in_languages(row), "fields": [] if held is None else held}
    if made and not written:
        first = next(iter(made))
        made[first] = {**keyed(made[first]), "fields": list(fields(draft))}
    return keyed_edits(("sections",), at(draft, "sections"), made, KEYS)
