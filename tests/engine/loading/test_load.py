"""What a well-written definition becomes."""

from engine.assignment import HeadOf, Initiator, RoleIn, System, Together
from engine.counting import Choosing, VoteRule
from engine.definition import (
    Audience,
    Clock,
    Comment,
    Definition,
    FieldType,
    InvariantKind,
    NamedGuard,
    RuleGuard,
    StateKind,
    Target,
)
from engine.duration import DUE, Duration, Unit
from engine.loading import load
from engine.process import compile_process
from engine.texts import Text
from tests.engine.loading.sample import BOOK, ROLES, SAMPLE, changed


def loaded(source: str = SAMPLE) -> Definition:
    """Load a source with the sample's guards and roles."""
    return load(source, file="sample.yaml", book=BOOK, version=3, roles=ROLES)


def test_the_top_of_the_file_is_read() -> None:
    """Key, version, texts, numbering, starters, summary, phases and sections are as written."""
    definition = loaded()
    assert (definition.key, definition.version, definition.initial) == ("township-project", 3, "draft")
    assert definition.title == Text("项目", "Project")
    assert (definition.calendar, definition.numbering) == ("cn", "QH-{year}-{n:4}")
    assert definition.starters == RoleIn("applicant", "item.unit")
    assert definition.summary == ("name", "amount", "category")
    assert list(definition.phases) == ["apply", "review"]
    assert [section.fields for section in definition.sections] == [("name", "amount", "category")]
    assert len(definition.digest) == 64


def test_fields_carry_types_bounds_and_parts() -> None:
    """Money bounds become fen; tables have columns; computed fields are compiled."""
    fields = loaded().fields
    assert (fields["amount"].min, fields["amount"].max) == (1, 9_999_999_900)
    assert [choice.name for choice in fields["category"].of] == ["platform", "network"]
    assert fields["report"].accept == ("pdf", "docx", "ofd")
    assert fields["panel"].of_role == "expert"
    assert [(column.name, column.type, column.required) for column in fields["lines"].columns] == [
        ("item", FieldType.TEXT, True),
        ("cost", FieldType.MONEY, False),
    ]
    tier = fields["tier"].computed
    assert tier is not None
    assert tier.value({"item.amount": 100}) == "T1"


def test_states_carry_people_deadlines_and_ladders() -> None:
    """A named ladder, an exclusion, a pause and the least days after it."""
    review = loaded().states["review"]
    assert review.who == RoleIn("cty_review", "item.county")
    assert review.exclude == ("initiator",)
    assert review.due == Duration(5, Unit.WORKING_DAYS)
    assert review.resume_min_days == 3
    half, due, later = review.escalate
    assert (half.at.percent, half.remind) == (50, Audience.ASSIGNEE)
    assert (due.at, due.copy, due.mark) == (DUE, Audience.SUPERVISOR, "overdue")
    assert later.hand_to == HeadOf("item.unit")
    assert later.copy == RoleIn("cty_head", "item.county")


def test_actions_carry_targets_guards_and_assignments() -> None:
    """Several targets in order, a rule with its words, a field set by an expression, a paused clock."""
    actions = loaded().states["review"].actions
    first, second = actions["pass"].to
    assert first.state == "joint"
    assert first.when is not None
    assert second == Target("done")
    (rule,) = actions["pass"].require
    assert isinstance(rule, RuleGuard)
    assert rule.otherwise == Text("超出权限", "above our authority")
    assert actions["pass"].sets["score"].value({"times": {"review.pass": 2}}) == 3
    assert actions["return"].comment is Comment.REQUIRED
    assert actions["return"].clock is Clock.PAUSE


def test_a_vote_makes_the_system_actions_that_follow_it() -> None:
    """`passed` names an action of the state; `failed` names a state, so an action is made that leads there."""
    joint = loaded().states["joint"]
    assert joint.vote is not None
    assert (joint.vote.counting.by, joint.vote.passed, joint.vote.failed) == (VoteRule.ALL, "all_agree", "failed")
    made = joint.actions["failed"]
    assert (made.to, made.who, made.title) == ((Target("draft"),), System(), Text("草稿", "Draft"))
    assert joint.actions["object"].vote is Choosing.REJECT
    assert isinstance(joint.who, Together)
    assert [seat.name for seat in joint.who.seats] == ["data", "boss"]


def test_named_guards_get_their_arguments() -> None:
    """An action of the same state is told in full; a duration keeps its text; an optional one may be left out."""
    source = changed(
        "{title: {zh: 提交, en: Submit}, to: review}",
        "{title: {zh: 提交, en: Submit}, to: review, "
        "require: [never, {picky: {field: name, times: 3, of: submit, wait: 5 working days}}]}",
    )
    never, picky = loaded(source).states["draft"].actions["submit"].require
    assert never == NamedGuard("never")
    assert picky == NamedGuard("picky", {"field": "name", "times": 3, "of": "draft.submit", "wait": "5 working days"})


def test_invariants_are_read_as_sentences() -> None:
    """Both shapes of an `always:` line."""
    precedence, separation = loaded().always
    assert (precedence.kind, precedence.subject, precedence.other) == (InvariantKind.PRECEDENCE, "done", "review")
    assert (separation.kind, separation.subject, separation.other) == (InvariantKind.SEPARATION, "review", "draft")


def test_the_loaded_definition_compiles_to_a_machine() -> None:
    """What the loader gives is what the state machine takes."""
    process = compile_process(loaded(), BOOK)
    assert process.graph.fire("draft", "submit", lambda *_: True) == "review"


def test_who_and_end_states_are_plain_words() -> None:
    """The initiator, and a state without work."""
    states = loaded().states
    assert states["draft"].who == Initiator()
    assert states["done"].kind is StateKind.END


def test_the_digest_follows_the_text() -> None:
    """A changed comment is another text; a byte order mark is no problem."""
    assert loaded(SAMPLE + "\n# more").digest != loaded().digest
    assert loaded("\ufeff" + SAMPLE).states == loaded().states
