"""Files by their digest: whole or absent, kept once, never changed, also when a process is killed or a disk is full."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.files import local
from adapters.files.local import LocalFiles
from adapters.files.storage import DamagedFileError, FileStorage, FileTooBigError, MissingFileError, StoredFile

ROOT = Path(__file__).resolve().parents[3]
TEXT = "一体化平台升级项目".encode()
DIGEST = sha256(TEXT).hexdigest()


@pytest.fixture
def storage(tmp_path: Path) -> FileStorage:
    """An empty storage."""
    return LocalFiles(tmp_path / "files")


def everything(folder: Path) -> list[Path]:
    """Return every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_is_found_again(storage: FileStorage) -> None:
    """The digest is that of the bytes, and gives the bytes back."""
    assert storage.put(BytesIO(TEXT)) == StoredFile(DIGEST, len(TEXT))
    with storage.open(DIGEST) as file:
        assert file.read() == TEXT
    assert storage.check(DIGEST) == StoredFile(DIGEST, len(TEXT))
    assert list(storage.digests()) == [DIGEST]


@settings(max_examples=15, deadline=None)
@given(contents=st.lists(st.binary(max_size=200), max_size=8))
def test_equal_bytes_are_kept_once(tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]) -> None:
    """Any set of files comes back, sorted by digest, nothing is left behind."""
    folder = tmp_path_factory.mktemp("files")
    storage = LocalFiles(folder)
    for content in [*contents, *contents]:
        storage.put(BytesIO(content))
    assert list(storage.digests()) == sorted({sha256(content).hexdigest() for content in contents})
    assert len(everything(folder)) == len({*contents})


def test_a_stored_file_is_not_written_again(storage: FileStorage, tmp_path: Path) -> None:
    """Putting the same bytes leaves the stored file itself alone, and it cannot be written by name."""
    storage.put(BytesIO(TEXT))
    (path,) = everything(tmp_path)
    before = path.stat()
    storage.put(BytesIO(TEXT))
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert path.stat().st_mode & 0o222 == 0


def test_names_give_nothing_away(storage: FileStorage, tmp_path: Path) -> None:
    """The path is the digest and nothing else."""
    storage.put(BytesIO(TEXT))
    (path,) = everything(tmp_path)
    assert path.relative_to(tmp_path / "files") == Path(DIGEST[:2], DIGEST[2:4], DIGEST)


@pytest.mark.parametrize(
    "digest",
    ["", "x", "../../etc/passwd", "0" * 63, "0" * 65, "0" * 64, "A" * 64, "0" * 64 + "\n", "incoming/x", "\0" * 64],
)
def test_other_digests_find_nothing(storage: FileStorage, digest: str) -> None:
    """Unknown digests and paths in disguise are simply missing."""
    for ask in (storage.open, storage.check):
        with pytest.raises(MissingFileError):
            ask(digest)


def test_a_changed_file_is_found_out(storage: FileStorage, tmp_path: Path) -> None:
    """One flipped bit on the disk is seen by a check."""
    storage.put(BytesIO(TEXT))
    (path,) = everything(tmp_path)
    path.chmod(0o640)
    path.write_bytes(TEXT[:-1] + bytes([TEXT[-1] ^ 1]))
    with pytest.raises(DamagedFileError, match="restore it from a backup"):
        storage.check(DIGEST)


def test_a_stream_that_breaks_leaves_nothing(storage: FileStorage, tmp_path: Path) -> None:
    """When the upload is cut in the middle, no file and no rest remains."""

    class Broken(BytesIO):
        pieces = 0

        def read(self, size: int | None = -1) -> bytes:
            Broken.pieces += 1
            if Broken.pieces > 3:
                raise ConnectionResetError("the browser went away")
            return bytes(size or 1)

    with pytest.raises(ConnectionResetError):
        storage.put(Broken())
    assert everything(tmp_path) == []


def test_a_stream_without_end_is_cut(storage: FileStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit nothing is kept."""
    monkeypatch.setattr(local, "FILE_BYTES_MAX", 1 << 20)
    with pytest.raises(FileTooBigError), Path("/dev/zero").open("rb") as endless:
        storage.put(endless)
    assert everything(tmp_path) == []


def run(code: str, folder: Path) -> subprocess.Popen[bytes]:
    """Start a process of its own that works on a storage."""
    command = [sys.executable, "-c", code, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


FULL = """
import errno, io, resource, signal, sys
from pathlib import Path
from adapters.files.local import LocalFiles
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
storage = LocalFiles(Path(sys.argv[1]))
kept = storage.put(io.BytesIO(b"before"))
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
try:
    storage.put(io.BytesIO(bytes(4 << 20)))
except OSError as error:
    assert error.errno == errno.EFBIG
    assert list(storage.digests()) == [kept.digest]
    print("refused")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the limit that stands for a full disk is one of POSIX")
def test_a_disk_that_takes_no_more_leaves_what_was_there(tmp_path: Path) -> None:
    """Writing that fails half way gives the system's error, keeps no rest and harms no other file."""
    out, complaint = run(FULL, tmp_path).communicate(timeout=30)
    assert out == b"refused\n", complaint
    assert len(everything(tmp_path)) == 1


KILLED = """
import io, os, sys
from pathlib import Path
from adapters.files.local import LocalFiles
storage = LocalFiles(Path(sys.argv[1]))
number = os.getpid() << 32
while True:
    number += 1
    stored = storage.put(io.BytesIO(number.to_bytes(8) * 40_000))
    print(stored.digest, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a thing of POSIX")
def test_a_killed_process_leaves_whole_files_only(tmp_path: Path) -> None:
    """Ten kills at odd moments: everything acknowledged is there and whole, nothing else is half there."""
    acknowledged: set[str] = set()
    for wait in range(10):
        process = run(KILLED, tmp_path)
        assert process.stdout
        acknowledged.add(process.stdout.readline().decode().strip())
        timer = threading.Timer(0.002 * wait, os.kill, (process.pid, signal.SIGKILL))
        timer.start()
        acknowledged |= {line.decode().strip() for line in process.stdout if line.endswith(b"\n")}
        process.communicate()
        timer.join()
    storage = LocalFiles(tmp_path)
    present = set(storage.digests())
    assert len(acknowledged) >= 10
    assert acknowledged <= present
    for digest in present:
        storage.check(digest)


def test_rests_are_swept(tmp_path: Path) -> None:
    """What a killed process left long ago goes; what is being written now stays."""
    storage = LocalFiles(tmp_path)
    old, new = tmp_path / "incoming" / "old", tmp_path / "incoming" / "new"
    for path in (old, new):
        path.write_bytes(b"half")
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    os.utime(old, (long_ago.timestamp(), long_ago.timestamp()))
    assert storage.sweep(long_ago + timedelta(days=1)) == 1
    assert everything(tmp_path) == [new]


def test_many_hands_may_put_the_same_file(tmp_path: Path) -> None:
    """Eight threads store the same and different bytes at once: all are there once."""
    storage = LocalFiles(tmp_path)
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for round_number in range(20):
                storage.put(BytesIO(b"same" * 1000 * round_number))
                storage.put(BytesIO(b"%d-%d" % (number, round_number)))
        except BaseException as error:  # noqa: BLE001  # a thread's failure must reach the test
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    tasks: list[Callable[[], None]] = [thread.start for thread in threads] + [thread.join for thread in threads]
    for task in tasks:
        task()
    assert failed == []
    assert len(everything(tmp_path)) == 20 + 8 * 20
