"""What people may do with an item beside its actions: the button of each verb, and the command it makes."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from engine.case import Case
from engine.commands import (
    Actor,
    AddSigner,
    Answer,
    Ask,
    Assign,
    Claim,
    Command,
    Continue,
    Copy,
    Delegate,
    Draw,
    Jump,
    Place,
    Redraw,
    Release,
    Remark,
    RemoveSigner,
    Reply,
    Revoke,
    Suspend,
    Terminate,
    Transfer,
    Undo,
    Urge,
    Withdraw,
)
from service.web.reading import Look
from service.web.views.addresses import item_url
from service.web.views.item import Verb

PERSON_VERBS = frozenset({"transfer", "delegate", "add_signer", "assign", "ask", "copy"})
WORDLESS_VERBS = frozenset({"claim", "release", "undo"})
STATE_VERBS = frozenset({"jump"})
KEYS = {"transfer": "t", "claim": "c"}


class Asked(Struct, frozen=True):
    """What a verb's form sends."""

    task: str = ""
    to: Sequence[str] = ()
    comment: str = ""
    place: str = Place.BESIDE
    state: str = ""

    @property
    def person(self) -> str:
        """The one person that was chosen."""
        return self.to[0] if self.to else ""


Making = Callable[[str, Actor, Asked], Command]

VERBS: Mapping[str, Making] = {
    "claim": lambda id, by, it: Claim(case_id=id, actor=by, task=it.task),
    "release": lambda id, by, it: Release(case_id=id, actor=by, task=it.task),
    "transfer": lambda id, by, it: Transfer(case_id=id, actor=by, task=it.task, to=it.person, comment=it.comment),
    "assign": lambda id, by, it: Assign(case_id=id, actor=by, task=it.task, to=it.person, comment=it.comment),
    "delegate": lambda id, by, it: Delegate(case_id=id, actor=by, task=it.task, to=it.person, comment=it.comment),
    "answer": lambda id, by, it: Answer(case_id=id, actor=by, task=it.task, comment=it.comment),
    "ask": lambda id, by, it: Ask(case_id=id, actor=by, task=it.task, to=it.person, question=it.comment),
    "reply": lambda id, by, it: Reply(case_id=id, actor=by, task=it.task, comment=it.comment),
    "add_signer": lambda id, by, it: AddSigner(
        case_id=id, actor=by, task=it.task, user=it.person, place=Place(it.place), comment=it.comment
    ),
    "remove_signer": lambda id, by, it: RemoveSigner(case_id=id, actor=by, task=it.task, comment=it.comment),
    "draw": lambda id, by, it: Draw(case_id=id, actor=by, task=it.task, word=it.comment),
    "redraw": lambda id, by, it: Redraw(case_id=id, actor=by, task=it.task, comment=it.comment),
    "urge": lambda id, by, it: Urge(case_id=id, actor=by, comment=it.comment),
    "copy": lambda id, by, it: Copy(case_id=id, actor=by, to=tuple(it.to), comment=it.comment),
    "remark": lambda id, by, it: Remark(case_id=id, actor=by, comment=it.comment),
    "withdraw": lambda id, by, it: Withdraw(case_id=id, actor=by, comment=it.comment),
    "revoke": lambda id, by, it: Revoke(case_id=id, actor=by, comment=it.comment),
    "undo": lambda id, by, _: Undo(case_id=id, actor=by),
    "jump": lambda id, by, it: Jump(case_id=id, actor=by, to=it.state, comment=it.comment),
    "suspend": lambda id, by, it: Suspend(case_id=id, actor=by, comment=it.comment),
    "continue": lambda id, by, it: Continue(case_id=id, actor=by, comment=it.comment),
    "terminate": lambda id, by, it: Terminate(case_id=id, actor=by, comment=it.comment),
}
"""How each verb's command is made from what the page sends, in the order in which buttons stand."""


def with_tried(verbs: Sequence[Verb], name: str, asked: Asked, problems: Sequence[str]) -> list[Verb]:
    """Give the buttons with what was sent to one of them and why it did not work, so that nothing is typed twice."""
    return [
        replace(
            verb, to=asked.to, comment=asked.comment, place=asked.place, state=asked.state, problems=tuple(problems)
        )
        if verb.name == name
        else verb
        for verb in verbs
    ]


def offered_verbs(found: Look, case: Case) -> list[Verb]:
    """Give the buttons of the verbs that the reader may use now."""
    offered = [one for one in found.front.assembly.runtime.verbs(case, found.actor, found.facts) if one.allowed]
    questions = {task.id: task.question for task in case.tasks}
    first = {option.verb: option for option in reversed(offered)}
    return [
        Verb(
            name=name,
            url=item_url(case.code, "verbs", name, task=first[name].task or ""),
            wants_person=name in PERSON_VERBS,
            wants_comment=name not in WORDLESS_VERBS,
            wants_place=name == "add_signer",
            wants_state=name in STATE_VERBS,
            about=questions.get(first[name].task or "", "") if name == "reply" else "",
            key=KEYS.get(name, ""),
        )
        for name in VERBS
        if name in first
    ]
