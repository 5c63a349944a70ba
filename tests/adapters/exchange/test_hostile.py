"""No file, however it was made, costs more than a second and 100 MB, crashes the reader, or reaches out to anything."""

import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adapters.exchange.chart import Unreadable
from adapters.exchange.languages import drafted, examined, read
from engine.checking import check
from service.rules import GUARDS
from tests.adapters.exchange.hostile import corpus
from tests.pace import slowness

SECONDS_MAX = 1.0
MEGABYTES_MAX = 100
FILES_MIN = 300
ROOT = Path(__file__).resolve().parents[3]


def measure() -> None:
    """Judge and import every file; write the slowest, and how far the memory of the process rose."""
    files = list(corpus())
    list(map(judge_and_draft, (content for _, content in files[:20])))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest = max((took(content), name) for name, content in files)
    rose = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    sys.stdout.write(f"{len(files)}|{slowest[0]:.3f}|{slowest[1]}|{rose}")


def took(content: bytes) -> float:
    """Give the processor seconds that judging a file takes, and then importing it; the longer of the two."""
    began = time.process_time()
    examined(content)
    judged = time.process_time()
    judge_and_draft(content)
    return max(judged - began, time.process_time() - judged)


def judge_and_draft(content: bytes) -> str | None:
    """Import a file; gives the text of its definition."""
    try:
        made, _ = drafted(read(content))
    except Unreadable:
        return None
    return made.text if made is not None else None


def test_each_is_refused_or_judged_within_a_second_and_100_megabytes() -> None:
    """In a process of its own, whose memory is measured from outside."""
    program = "from tests.adapters.exchange.test_hostile import measure; measure()"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    files, slowest, name, rose = done.stdout.split("|")
    assert int(files) >= FILES_MIN
    assert float(slowest) / slowness() <= SECONDS_MAX, name
    assert int(rose) <= MEGABYTES_MAX


@pytest.mark.parametrize("start", ["laughs", "external 0", "parameter 1", "dtd 2"])
def test_document_types_are_refused(start: str) -> None:
    """An entity is never looked at, so nothing is read from the disk or the network."""
    content = dict(corpus())[start]
    flaws, reading = examined(content)
    assert [flaw.code for flaw in flaws] == ["not_xml"]
    assert "entity" in flaws[0].found
    assert not reading.charts


def test_what_is_made_of_them_passes_our_own_loader() -> None:
    """Whatever a definition was made of, its form is right: only its meaning may be unsound, as the model's is."""
    unread = {}
    for name, content in list(corpus())[::4]:
        if (text := judge_and_draft(content)) is not None and len(text) < 8_000:
            checked = check(text, file=name, book=GUARDS)
            if checked.definition is None:
                unread[name] = [problem.message for problem in checked.problems][:2]
    assert unread == {}
