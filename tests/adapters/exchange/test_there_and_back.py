"""A model that becomes a definition, is written as BPMN and read again behaves as before: nothing is different."""

from pathlib import Path

import pytest

from adapters.exchange.bpmn.writing import write_bpmn
from adapters.exchange.languages import read
from engine.comparing import compare
from engine.definition import Definition
from tests.adapters.exchange.models import bpmn, document
from tests.adapters.exchange.test_drafts import WAYS, conditional, made

EDGE = """<process id="p"><startEvent id="s"/><userTask id="a" name="Review"/><boundaryEvent id="b" attachedToRef="a">
<errorEventDefinition/></boundaryEvent><userTask id="c" name="Mend"/><endEvent id="e" name="Done"/>
<endEvent id="g" name="Given up"/><sequenceFlow id="f1" sourceRef="s" targetRef="a"/>
<sequenceFlow id="f2" sourceRef="a" targetRef="e"/><sequenceFlow id="f3" sourceRef="b" targetRef="c"/>
<sequenceFlow id="f4" sourceRef="c" targetRef="g"/></process>"""
SEVERAL = """<process id="p"><startEvent id="s"/><userTask id="a" name="Advise"><multiInstanceLoopCharacteristics/>
</userTask><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="a"/>
<sequenceFlow id="f2" sourceRef="a" targetRef="e"/></process>"""
MODELS = {
    "choice": bpmn(*WAYS).encode(),
    "conditions": conditional(bpmn(*WAYS), f1="${kind == 'a'}", f4="${kind == 'b'}"),
    "side by side": bpmn("start > A > and1 > B > and2 > D > end", "and1 > C > and2").encode(),
    "an event at the edge": document(EDGE).encode(),
    "several people": document(SEVERAL).encode(),
}


def there_and_back(definition: Definition, language: str) -> Definition:
    """Write a definition as BPMN and read it again."""
    return made(write_bpmn(definition, language)[0])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("model", MODELS)
def test_what_is_written_is_read_as_it_was(model: str, language: str) -> None:
    """Whichever language its names are written in."""
    definition = made(MODELS[model])
    assert [*compare(definition, there_and_back(definition, language))] == []


def test_a_foreign_file_can_not_name_actions_as_it_likes() -> None:
    """Our own words in a file that somebody else wrote are names like any others."""
    text = bpmn(*WAYS).replace("<definitions", '<definitions xmlns:x="urn:shenpi"')
    for number in (1, 4, 6):
        text = text.replace(
            f'<sequenceFlow id="f{number}"', f'<sequenceFlow x:action="../ evil" x:kind="root" id="f{number}"'
        )
    actions = made(text.encode()).states["start"].actions
    assert sorted(actions) == ["evil", "evil_2", "evil_3"]


def test_most_reference_models_come_back_as_they_were(shared_data: Path) -> None:
    """Those that do not have steps side by side that end one by one, and their export says that it has no people."""
    same = different = 0
    for file in sorted((shared_data / "bpmn-miwg-reference").glob("*.bpmn")):
        try:
            definition = made(file.read_bytes())
        except AssertionError:
            continue
        content, gaps = write_bpmn(definition, "en")
        if not compare(definition, made(content)):
            same += 1
        else:
            different += 1
            assert gaps, file.name
        assert read(content).flaws == []
    assert (same, different) == (11, 9)
