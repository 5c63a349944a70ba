"""What is wrong with a definition: data that says where, what was found and what is allowed.

`load` raises problems of form, `soundness` gives problems of meaning. The sentence a person reads comes from the
product's text catalogue (`problem.CODE`); `message` is the plain English one for programs and logs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

SENTENCES: Mapping[str, str] = {
    # the text itself
    "source_too_long": "the file has {found} bytes; at most {most} are read: split the workflow",
    "character": "the character {found} is not allowed in a definition: remove it",
    "yaml": "this is not YAML: {found}",
    "empty": "the file has no content: it must be a mapping that starts with `workflow:`",
    "documents": "a file holds one workflow: remove the second document (`---`)",
    "directive": "YAML directives (%YAML, %TAG) are not used: remove it",
    "too_deep": "nested deeper than {most} levels",
    "too_many_nodes": "more than {most} values in one file: split the workflow",
    "alias": "YAML aliases (*{found}) are not used: write the value out",
    "anchor": "YAML anchors (&{found}) are not used: remove it",
    "tag": "YAML tags ({found}) are not used: remove it",
    "merge_key": "YAML merge keys (<<) are not used: write the values out",
    "duplicate_key": "the key {found} is here twice, first on line {first}: keep one",
    "key_not_text": "a key must be a plain name",
    # values
    "wrong_type": "found {found}, wanted {wanted}",
    "unknown_key": "there is no key {found} here; allowed: {allowed}",
    "missing_key": "the key {key} is missing",
    "one_of_keys": "exactly one of these keys is needed: {allowed}; found: {found}",
    "keys_conflict": "{found} can not stand beside {other}: {why}",
    "bad_name": "{found} is not a name: {wanted}",
    "reserved_name": "{found} is a word of the language: choose another name",
    "too_many": "{found} {what} are too many: at most {most}",
    "too_few": "at least one of {what} is needed",
    "text_too_long": "the text has {found} characters; at most {most} are allowed",
    "text_empty": "the text is empty: write it",
    "out_of_range": "{found} is out of range: between {least} and {most}",
    "not_one_of": "{found} is not known here; allowed: {allowed}",
    "unknown_name": "there is no {what} {found}; there are: {allowed}",
    "listed_twice": "{found} is listed twice: keep one",
    "malformed": "{found} can not be read: {wanted}",
    "expression": "the expression can not be used: {found}",
    "not_for_type": "{found} has no meaning for a field of type {type}",
    "minimum_above_maximum": "the minimum {found} is above the maximum {most}",
    "field_twice": "the field {found} is in the section {first} already",
    "not_editable": "{found} is computed: nobody edits it",
    "computed_cycle": "computed fields need each other: {found}",
    "not_last": "only the last one may stand without `if`: what follows is never reached",
    "seats_in_seats": "seats can not hold seats",
    "nothing_to_do": "an action needs `to` (it moves the case) or `vote` (it is one voter's vote)",
    "vote_without_rule": "the action votes, but its state has no `vote`",
    "not_system": "{found} must be an action of the system here: give it `who: system`",
    "not_a_move": "{found} must lead somewhere: give it `to`",
    "ambiguous": "{found} is a state and an action of this state: rename one of them",
    "no_deadline": "a ladder needs a deadline: give the state `due`",
    "not_for_kind": "{found} has no meaning in a state of the kind {kind}",
    "name_taken": "the name {found} is taken in this state: rename that action",
    "empty_rung": "the rung does nothing: give it one of {allowed}",
    "bad_starters": "who may start a case is a role, a user or the head of a unit",
    "seats_of_action": "seats are for states: they open tasks; an action names one person or group",
    "one_heir": "work is handed to one person or group: name a role, a user, a head or the initiator",
    "unknown_guard": "there is no guard {found}; there are: {allowed}",
    "missing_argument": "the guard {guard} needs the argument {argument}",
    "rung_order": "rungs stand in order of time: {found} comes after {other}",
    "argument_type": "the argument {argument} of {guard} takes {wanted}, found {found}",
}
"""English sentences by code. A test holds the text catalogue to the same codes and placeholders."""

_HINT = "; did you mean {hint}?"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `path` is like `states.draft.actions.submit.to`; `line` counts from 1 (0: no one line).

    `trace` is a shortest way of steps that shows the problem, for problems of meaning.
    """

    code: str
    path: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    trace: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """File, line and path in one: `township.yaml:12: states.draft.actions.submit.to`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.path) if part)

    @property
    def message(self) -> str:
        """The English sentence."""
        sentence = SENTENCES[self.code].format_map(self.params)
        return sentence + _HINT.format_map(self.params) if self.params.get("hint") else sentence

    def __str__(self) -> str:
        """Where and what, on one line."""
        return f"{self.where}: {self.message}"


class DefinitionErrors(Exception):
    """The definition can not be used; every problem is listed, in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep all problems; there is at least one."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
