"""Definitions as rows, on each database: drafts change, published versions do not, nobody publishes their own."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Barrier

import pytest

from adapters.sql.directory import DirectoryCache
from adapters.sql.office_log import list_changes
from adapters.sql.opening import open_store
from adapters.sql.publishing import Publishing
from engine.commands import Start
from engine.guards import GuardBook
from engine.loading import DefinitionErrors
from engine.refusal import Conflict, NotFound, Refused
from engine.runtime import Runtime
from tests.contract.place import DEFINITION, Place
from tests.engine.small import Hands, person

CALLERS = 24

SOURCE = """
workflow: leave
title: {zh: 请假, en: Leave}
phases: {all: {zh: 全部, en: All}}
fields: {}
states:
  draft:
    title: {zh: 草稿, en: Draft}
    phase: all
    who: initiator
    actions:
      submit: {title: {zh: 提交, en: Submit}, to: done}
  done: {title: {zh: 完成, en: Done}, phase: all, kind: end}
"""


@pytest.fixture
def publishing(office: Place) -> Publishing:
    """The editions of the office's database."""
    assert office.database is not None
    return Publishing(office.database, GuardBook(), Hands())


def keep(publishing: Publishing, source: str = SOURCE, author: str = "ann") -> int:
    """Keep a text as a draft and give its version."""
    return publishing.draft("leave", source, sha256(source.encode()).hexdigest(), author).version


def test_a_draft_is_published_by_somebody_else(publishing: Publishing) -> None:
    """The author is refused; a second person publishes, and the library finds the version."""
    version = keep(publishing)
    with pytest.raises(NotFound):
        publishing.get("leave")
    with pytest.raises(Refused):
        publishing.publish("leave", version, "ann")
    assert publishing.publish("leave", version, "rex").status == "published"
    assert publishing.get("leave").definition.version == version
    with pytest.raises(Conflict):
        publishing.publish("leave", version, "eva")


def test_the_next_draft_leaves_the_published_version_alone(publishing: Publishing) -> None:
    """Drafts get the next number, are rewritten in place, and become the newest only when published."""
    first = keep(publishing)
    publishing.publish("leave", first, "rex")
    second = keep(publishing, SOURCE.replace("Leave", "Time off"))
    assert keep(publishing, SOURCE.replace("Leave", "Holiday")) == second == first + 1
    assert publishing.get("leave").definition.title.en == "Leave"
    publishing.publish("leave", second, "rex")
    assert publishing.get("leave").definition.title.en == "Holiday"
    assert publishing.get("leave", first).definition.title.en == "Leave"


def test_another_process_sees_the_new_version(publishing: Publishing, office: Place) -> None:
    """A second library over the same database finds what the first published."""
    assert office.database is not None
    other = Publishing(office.database, GuardBook(), Hands())
    publishing.publish("leave", keep(publishing), "rex")
    assert other.get("leave").definition.version == 1
    publishing.publish("leave", keep(publishing, SOURCE.replace("Leave", "Rest")), "rex")
    assert other.get("leave").definition.title.en == "Rest"


def test_a_text_with_problems_stays_a_draft(publishing: Publishing) -> None:
    """Work in progress is kept, and publishing it names every problem."""
    version = keep(publishing, SOURCE.replace("to: done", "to: nowhere"))
    with pytest.raises(DefinitionErrors) as errors:
        publishing.publish("leave", version, "rex")
    assert [problem.path for problem in errors.value.problems] == ["states.draft.actions.submit.to"]
    assert publishing.edition("leave", version).status == "draft"


def test_an_unsound_procedure_stays_a_draft(publishing: Publishing) -> None:
    """It loads, but a case would never come to its end."""
    version = keep(publishing, SOURCE.replace("to: done", "to: draft"))
    with pytest.raises(DefinitionErrors) as errors:
        publishing.publish("leave", version, "rex")
    assert [problem.code for problem in errors.value.problems] == ["unreachable", "cycle_without_exit"]


def test_a_retired_version_still_runs_but_is_not_started(publishing: Publishing) -> None:
    """Cases stay on it; new ones do not begin."""
    version = keep(publishing)
    publishing.publish("leave", version, "rex")
    publishing.retire("leave", version, "rex")
    with pytest.raises(NotFound):
        publishing.get("leave")
    assert publishing.get("leave", version).definition.version == version


def test_an_unsound_text_is_not_published(publishing: Publishing) -> None:
    """It loads, but no case would ever end: the problem says on which way."""
    version = keep(publishing, SOURCE.replace("to: done", "to: draft"))
    with pytest.raises(DefinitionErrors) as errors:
        publishing.publish("leave", version, "rex")
    assert {problem.code for problem in errors.value.problems} >= {"cycle_without_exit", "unreachable"}
    assert publishing.edition("leave", version).status == "draft"


def test_nobody_who_had_a_hand_in_a_draft_publishes_it(publishing: Publishing) -> None:
    """Ann begins, Rex mends a word: now neither of them, but Eva may publish."""
    keep(publishing)
    version = keep(publishing, SOURCE.replace("Leave", "Rest"), "rex")
    assert publishing.editors("leave", version) == {"ann", "rex"}
    for editor in ("ann", "rex"):
        with pytest.raises(Refused):
            publishing.publish("leave", version, editor)
    assert publishing.publish("leave", version, "eva").reviewer == "eva"


def test_two_who_edit_at_once_do_not_overwrite_each_other(publishing: Publishing) -> None:
    """Whoever saves second is told, and the first text stays."""
    seen = publishing.edition("leave", keep(publishing)).digest
    mine, theirs = SOURCE.replace("Leave", "Rest"), SOURCE.replace("Leave", "Pause")
    publishing.draft("leave", mine, "digest of mine", "ann", seen)
    with pytest.raises(Conflict):
        publishing.draft("leave", theirs, "digest of theirs", "rex", seen)
    again = publishing.draft("leave", mine, "digest of mine", "ann", seen)
    assert again == publishing.edition("leave", again.version), "what is there already is no conflict"
    assert publishing.edition("leave", 1).source == mine


def test_writing_can_be_undone_and_done_again(publishing: Publishing) -> None:
    """Back to each earlier text and forth again; what is written after going back takes the place of what followed."""
    texts = [SOURCE, *(SOURCE.replace("Leave", word) for word in ("Rest", "Pause"))]
    for text in texts:
        version = keep(publishing, text)

    def go(by_steps: int) -> str:
        edition = publishing.edition("leave", version)
        return publishing.step("leave", version, by_steps, "ann", edition.digest).source

    assert publishing.ways(publishing.edition("leave", version)) == (True, False)
    assert [go(-1), go(-1), go(1)] == [texts[1], texts[0], texts[1]]
    assert publishing.ways(publishing.edition("leave", version)) == (True, True)
    keep(publishing, SOURCE.replace("Leave", "Holiday"))
    with pytest.raises(Refused):
        go(1)
    assert go(-1) == texts[1]
    with pytest.raises(Conflict):
        publishing.step("leave", version, -1, "ann", "another digest")


def test_a_draft_is_sent_for_review(publishing: Publishing) -> None:
    """A sound one; whoever writes to it again takes it back, and it is published from there."""
    faulty = keep(publishing, SOURCE.replace("to: done", "to: nowhere"))
    with pytest.raises(DefinitionErrors):
        publishing.send("leave", faulty, "ann", publishing.edition("leave", faulty).digest)
    version = keep(publishing)
    digest = publishing.edition("leave", version).digest
    assert publishing.send("leave", version, "ann", digest).status == "review"
    with pytest.raises(Conflict):
        publishing.send("leave", version, "ann", digest)
    assert publishing.edition("leave", keep(publishing, SOURCE + "# more\n")).status == "draft"
    publishing.send("leave", version, "ann", publishing.edition("leave", version).digest)
    assert publishing.publish("leave", version, "rex").status == "published"
    assert publishing.ways(publishing.edition("leave", version)) == (False, False)


def test_running_cases_are_counted_by_version(office: Place) -> None:
    """Closed cases do not count."""
    assert office.database is not None
    publishing = Publishing(office.database, GuardBook(), Hands())
    assert publishing.running() == {}
    office.start("one")
    office.start("two")
    assert publishing.running() == {(DEFINITION.key, DEFINITION.version): 2}


def test_every_step_of_a_version_is_written_down(publishing: Publishing, office: Place) -> None:
    """Who drafted, published and retired it, when, and why."""
    assert office.database is not None
    version = keep(publishing)
    publishing.publish("leave", version, "rex")
    publishing.retire("leave", version, "rex", "replaced by a regulation")
    with office.database.read() as connection:
        changes = list_changes(connection).lines
    assert [(one.what, one.actor, one.subject) for one in changes] == [
        ("definition.retired", "rex", "definition:leave@1"),
        ("definition.published", "rex", "definition:leave@1"),
        ("definition.drafted", "ann", "definition:leave@1"),
    ]
    assert changes[0].reason == "replaced by a regulation"


def test_many_who_begin_at_once_all_find_their_procedure(office: Place, publishing: Publishing) -> None:
    """More callers than connections, each of whom needs the definition while it has the case: none waits for ever."""
    publishing.publish("leave", keep(publishing), "rex")
    assert office.database is not None
    store = open_store(office.database, publishing, office.clock, DirectoryCache())
    runtime = Runtime(store, publishing, office.clock)
    together = Barrier(CALLERS)

    def begin(number: int) -> int:
        together.wait()
        start = Start(case_id=f"c{number}", actor=person("ann"), definition="leave", code=f"c{number}", unit="town")
        return runtime.execute(start).revision

    with ThreadPoolExecutor(CALLERS) as callers:
        assert set(callers.map(begin, range(CALLERS))) == {1}
