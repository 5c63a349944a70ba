"""What a disk holds after the current fails: what was synchronised, and of the rest any part in any order.

A process killed with -9 proves little of this: what it has written is still in the system's memory. So the calls of a
working process are traced, and the disk is made anew as it may have been at a moment: every write up to the last
synchronisation of its file is there, each one after it is there, torn, or not; a file whose folder was not
synchronised since it was made may be missing.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Thread

from tests.contract.place import in_database
from tests.faults.work import CASES, execute, next_action, token_command
from tests.service.test_cli import ROOT

SECTOR_BYTES = 512
"""What a disk writes whole or not at all."""

DONE = "done: "
_CALL = re.compile(r'(\w+)\((\d+)<([^>]*)>(?:, (?:"([^"]*)")?)?(?:, )?(.*)\) += (\d+)')
_CUT_OFF, _RESUMED = " <unfinished ...>", re.compile(r"<\.\.\. \w+ resumed>")


@dataclass(frozen=True)
class Write:
    """Bytes that were written to a file at a place; `size` is where a truncation has cut it instead."""

    path: str
    at: int = 0
    content: bytes = b""
    size: int | None = None


@dataclass(frozen=True)
class Sync:
    """A file, or a folder with the names in it, has reached the disk."""

    path: str


@dataclass(frozen=True)
class Told:
    """Somebody was told that a token is kept."""

    token: str


Event = Write | Sync | Told


def work(url: str, turns: int) -> None:
    """Work on all cases at once; each acknowledged token is told on standard output."""
    place = in_database(url)

    def act(index: int) -> None:
        for turn in range(turns):
            token = f"case {index} turn {turn}"
            execute(place, token_command(f"case{index}", token))
            os.write(sys.stdout.fileno(), f"{DONE}{token}\n".encode())
            execute(place, next_action(place, f"case{index}"))

    threads = [Thread(target=act, args=(index,)) for index in range(CASES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def traced(url: str, turns: int, trace: Path) -> list[Event]:
    """Let a process work, and give what it wrote, synchronised and told, in order."""
    calls = "trace=pwrite64,write,ftruncate,fsync,fdatasync"
    tracing = ["strace", "-f", "-y", "-xx", "-qq", "-s", "100000", "-e", calls, "-e", "signal=none", "-o", str(trace)]
    program = [sys.executable, "-m", "tests.faults.power", url, str(turns)]
    subprocess.run([*tracing, *program], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=300)
    return list(_events(_whole(trace.read_text().splitlines())))


def _whole(lines: Sequence[str]) -> Iterator[str]:
    """Give each call once, at the moment it came back; a telling when it begins, which is later for whoever is told."""
    begun: dict[str, str] = {}
    for line in lines:
        thread, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith(_CUT_OFF.strip()):
            begun[thread] = call.removesuffix(_CUT_OFF.strip()).rstrip()
        elif (resumed := _RESUMED.match(call)) is not None:
            yield begun.pop(thread) + call[resumed.end() :]
        else:
            yield call


def _events(calls: Iterator[str]) -> Iterator[Event]:
    for line in calls:
        found = _CALL.match(line)
        if found is None:
            continue
        call, file, name, text, rest, came = found.groups()
        path, content = _bytes(name).decode(), _bytes(text)
        if call == "write" and file == "1" and content.startswith(DONE.encode()):
            yield Told(content.decode().removeprefix(DONE).strip())
        elif call == "pwrite64":
            yield Write(path, int(rest.rpartition(" ")[2]), content[: int(came)])
        elif call == "ftruncate":
            yield Write(path, size=int(rest))
        elif call in {"fsync", "fdatasync"}:
            yield Sync(path)


def _bytes(spelt: str | None) -> bytes:
    return bytes.fromhex((spelt or "").replace("\\x", ""))


@dataclass
class Disk:
    """The files of a folder, as they are for certain, and what was written to them since."""

    kept: dict[str, bytearray]
    waiting: dict[str, list[Write]] = field(default_factory=dict)
    unnamed: set[str] = field(default_factory=set)

    def take(self, event: Write | Sync) -> None:
        """Let something happen to it."""
        if isinstance(event, Write):
            if event.path not in self.kept:
                self.kept[event.path] = bytearray()
                self.unnamed.add(event.path)
            self.waiting.setdefault(event.path, []).append(event)
            return
        for write in self.waiting.pop(event.path, ()):
            _apply(self.kept[event.path], write)
        self.unnamed = {path for path in self.unnamed if str(Path(path).parent) != event.path}

    def after_a_cut(self, chance: Random) -> Mapping[str, bytes]:
        """Give the files as they may be found when the current is back."""
        found = {}
        for path, kept in self.kept.items():
            if path in self.unnamed and chance.random() < 0.5:
                continue
            content = bytearray(kept)
            for write in self.waiting.get(path, ()):
                if chance.random() < 0.5:
                    _apply(content, _torn(write, chance))
            found[path] = bytes(content)
        return found


def _torn(write: Write, chance: Random) -> Write:
    """Give a write, or now and then only its first sectors."""
    if write.size is not None or chance.random() < 0.7:
        return write
    sectors = chance.randrange(len(write.content) // SECTOR_BYTES + 1)
    return Write(write.path, write.at, write.content[: sectors * SECTOR_BYTES])


def _apply(content: bytearray, write: Write) -> None:
    if write.size is not None:
        del content[write.size :]
        content.extend(bytes(write.size - len(content)))
        return
    content.extend(bytes(max(0, write.at - len(content))))
    content[write.at : write.at + len(write.content)] = write.content


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]))
