"""A thousand files of every language we read, as drawn and as broken: judged in milliseconds, without a crash."""

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
from tests.adapters.exchange.mutations import mutants, real_files

MILLISECONDS_MAX = 50.0
MEGABYTES_MAX = 100
ROOT = Path(__file__).resolve().parents[3]


def measure(shared: Path, count: int, seed: int) -> None:
    """Judge and import every file; write how many, the 95th percentile of judging, and how far the memory rose."""
    files = [*((file.name, file.read_bytes()) for file in real_files(shared)), *mutants(shared, count, seed)]
    for _, content in files[:30]:
        examined(content)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken = sorted(judged(name, content) for name, content in files)
    rose = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    sys.stdout.write(f"{len(files)}|{taken[len(taken) * 95 // 100]:.1f}|{taken[-1]:.1f}|{rose}")


def judged(name: str, content: bytes) -> float:
    """Judge a file and give the milliseconds that took; whatever becomes a definition can be loaded."""
    began = time.process_time()
    examined(content)
    taken = (time.process_time() - began) * 1_000
    try:
        made, _ = drafted(read(content))
    except Unreadable:
        return taken
    if made is not None:
        checked = check(made.text, file=name, book=GUARDS)
        assert checked.definition is not None, (name, checked.problems)
    return taken


def run(shared: Path, count: int, seed: int) -> str:
    """Measure in a process of its own; gives a line that says the figures."""
    program = (
        f"from pathlib import Path; from {__name__} import measure; measure(Path({str(shared)!r}), {count}, {seed})"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    files, p95, slowest, rose = done.stdout.split("|")
    said = f"{files} files: p95 {p95} ms, slowest {slowest} ms, memory rose by {rose} MB"
    assert float(p95) <= MILLISECONDS_MAX, said
    assert int(rose) <= MEGABYTES_MAX, said
    return said


def test_real_and_broken_files_are_judged(shared_data: Path) -> None:
    """All real ones, and sixty changed by chance."""
    run(shared_data, 60, 1)


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("seed", range(2))
def test_a_thousand_real_and_broken_files_are_judged(shared_data: Path, seed: int) -> None:
    """More than a thousand in one process."""
    sys.stdout.write(f"\n{run(shared_data, 1_000, seed)}\n")
