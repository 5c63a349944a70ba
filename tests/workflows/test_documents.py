"""The declarations of the printed documents: all of D01 to D44, each of fields and steps that its procedure has."""

from adapters import shipped
from engine.definition import Definition
from engine.loading import load
from service.printing import kinds
from service.rules import GUARDS

DEFINITIONS: dict[str, Definition] = {
    one.key: one for one in (load(source, file=name, book=GUARDS) for name, source in shipped.definitions())
}


def test_every_number_of_the_list_has_its_kind() -> None:
    """D01 to D44: none is left out, and those with a letter are beside their number."""
    numbers = {code.rstrip("ab") for code in kinds()}
    assert numbers == {f"D{number:02}" for number in range(1, 45)}
    assert len({kind.title.zh for kind in kinds().values()}) == len(kinds())


def test_titles_tell_what_is_printed() -> None:
    """Minutes are of the meeting about a red warning, an order of a supervision order; only forms name boxes."""
    assert {code: kinds()[code].of for code in ("D30", "D39")} == {"D30": "warning", "D39": "supervision-order"}
    for kind in kinds().values():
        assert not kind.sealed_as or not kind.is_letter, kind.code
        assert kind.numbered_by == "" or DEFINITIONS[kind.of].fields[kind.numbered_by], kind.code
        assert {*kind.sealed_as, kind.due_in} - {""} <= DEFINITIONS[kind.of].states.keys(), kind.code


def test_what_is_printed_is_there() -> None:
    """A field or step that its procedure no longer has would be missed on paper, where nobody looks for it."""
    for kind in kinds().values():
        definition = DEFINITIONS[kind.of]
        assert set(kind.fields) <= definition.fields.keys(), kind.code
        assert {*kind.once, *kind.seals, *kind.steps} - {"*"} <= definition.states.keys(), kind.code
        assert kind.fields, kind.code
        assert kind.seals, kind.code
