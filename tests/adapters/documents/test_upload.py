"""The gate for uploads: good files of every kind pass, hundreds that mean harm do not."""

import tracemalloc
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from typing import IO

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.archive import Fault
from adapters.documents.file_kind import EXTENSIONS, FileKind, Misfit
from adapters.documents.file_name import NAME_BYTES_MAX, NAME_LENGTH_MAX, clean_name, extension_of
from adapters.documents.upload import FILE_BYTES_MAX, CheckedFile, Reason, check_upload
from engine.refusal import Refusal
from tests.adapters.documents.corpus import EICAR, GOOD, OLE, PNG, ZIP, docx, hostile, old_office, packed

HOSTILE = list(hostile())


def checked(name: str, content: bytes, accept: tuple[str, ...] | None = None) -> CheckedFile | Refusal:
    """Check a file given as bytes."""
    return check_upload(BytesIO(content), name, accept)


@pytest.mark.parametrize("kind", FileKind)
def test_good_files_of_every_kind_pass(kind: FileKind) -> None:
    """Name, kind, media type, size and digest of what was uploaded."""
    content = GOOD[kind]
    result = checked(f"项目 建议书.{kind.upper()}", content)
    assert isinstance(result, CheckedFile), result
    assert (result.name, result.kind) == (f"项目 建议书.{kind.upper()}", kind)
    assert (result.size_bytes, result.digest) == (len(content), sha256(content).hexdigest())
    assert "/" in result.media_type


@pytest.mark.parametrize(("name", "what", "content"), HOSTILE, ids=[what for _, what, _ in HOSTILE])
def test_files_that_mean_harm_are_refused(name: str, what: str, content: bytes) -> None:
    """Each with a reason that can be shown; none is accepted, none raises."""
    result = checked(name, content)
    assert isinstance(result, Refusal), f"{what} was accepted"
    assert result.where == name
    assert result.code.startswith("file.")


def test_the_corpus_is_large_enough() -> None:
    """More than the 150 files of the security plan, every one with a name of its own."""
    assert len(HOSTILE) >= 150
    assert len({(name, what) for name, what, _ in HOSTILE}) == len(HOSTILE)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", Reason.UNKNOWN_KIND),
        ("a", b"x", Reason.UNKNOWN_KIND),
        (".pdf", GOOD["pdf"], Reason.UNKNOWN_KIND),
        ("a.pdf.exe", GOOD["pdf"], Reason.UNKNOWN_KIND),
        ("a.pdf\0.exe", GOOD["pdf"], Reason.UNKNOWN_KIND),
        ("a\u202efdp.exe", GOOD["pdf"], Reason.UNKNOWN_KIND),
        ("a.txt", b"", Reason.EMPTY),
        ("a.png", GOOD["pdf"], f"file.{Misfit.OTHER_KIND}"),
        ("a.docx", old_office("EncryptedPackage"), f"file.{Misfit.ENCRYPTED}"),
        ("a.png", PNG + ZIP, f"file.{Misfit.HIDDEN}"),
        ("a.zip", packed([("../a", b"x")]), f"file.{Fault.UNSAFE_NAME}"),
        ("a.zip", packed([("a.zip", ZIP)]), f"file.{Fault.NESTED}"),
        ("a.zip", packed([("a.txt", bytes(60_000_000))]), f"file.{Fault.BOMB}"),
    ],
)
def test_the_reason_is_the_right_one(name: str, content: bytes, code: str) -> None:
    """A person is told what to mend, so the reason must fit."""
    result = checked(name, content)
    assert isinstance(result, Refusal)
    assert result.code == code


def test_a_field_takes_only_its_kinds() -> None:
    """A field for PDF refuses a good picture and names what it takes."""
    assert checked("a.png", PNG, ("pdf", "ofd")) == Refusal(Reason.NOT_ACCEPTED, "a.png", {"kinds": "ofd, pdf"})
    assert isinstance(checked("a.pdf", GOOD["pdf"], ("pdf", "ofd")), CheckedFile)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", packed([("a.docx", docx()), ("b/c.xlsx", GOOD["xlsx"]), ("d.pdf", GOOD["pdf"])])),
        ("a.docx", docx(("word/embeddings/Microsoft_Excel_Sheet1.xlsx", GOOD["xlsx"]))),
        ("a.zip", packed([("空/", b""), ("空/a.txt", b"x")])),
        ("a.jpeg", GOOD["jpg"]),
        ("a.txt", "\ufeff标记".encode("utf-16")),
        ("a.csv", GOOD["txt"]),
        ("a.txt", ("字" * 50_000).encode("gb18030")),
        ("a.txt", ("x" + "字" * 50_000).encode()),
    ],
)
def test_unusual_but_honest_files_pass(name: str, content: bytes) -> None:
    """Documents in an archive, a chart's workbook in a document, empty folders, other encodings."""
    assert isinstance(checked(name, content), CheckedFile)


def test_names_in_gbk_do_not_look_like_paths() -> None:
    """Old Chinese packers write GBK, where a letter may end with the byte of a backslash."""
    name = b"\x95\\\xbf\xc9.txt"
    assert name.decode("gbk") == "昞可.txt"
    plain = packed([("x" * len(name), b"x")])
    assert isinstance(checked("a.zip", plain.replace(b"x" * len(name), name)), CheckedFile)


def test_a_huge_file_is_refused_while_it_is_read() -> None:
    """A stream without end is cut at the limit: no more is read than one piece beyond it."""

    class Endless(BytesIO):
        given = 0

        def read(self, size: int | None = -1) -> bytes:
            assert size
            assert size > 0
            Endless.given += size
            return bytes(size)

    result = check_upload(Endless(), "a.pdf")
    assert result == Refusal(Reason.TOO_BIG, "a.pdf", {"megabytes_max": 50})
    assert Endless.given <= FILE_BYTES_MAX + (1 << 17)


def test_checking_needs_little_memory() -> None:
    """An archive of 49 MB that unpacks to 250 MB is checked in at most 8 MiB of memory."""
    with TemporaryFile() as file:
        noise = Random(7)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(6):
                archive.writestr(f"{number}.bin.txt", noise.randbytes(8_000_000) + bytes(34_000_000))
        tracemalloc.start()
        result = check_upload(file, "a.zip")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert isinstance(result, CheckedFile)
    assert result.size_bytes > 48_000_000
    assert peak <= 8 << 20


def test_a_scanner_is_asked_and_its_word_counts() -> None:
    """A threat the scanner names is refused; the file stands at its start for the scanner and for the caller."""

    def scan(file: IO[bytes]) -> str | None:
        return "EICAR" if EICAR in file.read() else None

    bad, good = BytesIO(EICAR), BytesIO(GOOD["txt"])
    assert check_upload(bad, "a.txt", scan=scan) == Refusal(Reason.THREAT, "a.txt", {"threat": "EICAR"})
    assert isinstance(check_upload(good, "a.txt", scan=scan), CheckedFile)
    assert good.read() == GOOD["txt"]


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("项目 建议书(终稿).pdf", "项目 建议书(终稿).pdf"),
        ("C:\\Users\\王芳\\材料.docx", "材料.docx"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\0b.pdf", "ab.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\u200b\u2066\ufeff.pdf", "a.pdf"),
        ('a<>:"|?*.pdf', "a_______.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("nul", "_nul"),
        ("com1.tar.pdf", "_com1.tar.pdf"),
        ("  a   b . pdf ", "a b.pdf"),
        ("...", "file"),
        ("", "file"),
        ("/", "file"),
        ("a.", "a"),
        ("长" * 300 + ".pdf", "长" * 78 + ".pdf"),
        ("e\u0301.pdf", "\u00e9.pdf"),
    ],
)
def test_names_are_cleaned(given_name: str, clean: str) -> None:
    """Paths, invisible marks, forbidden signs and devices go; what people wrote stays."""
    assert clean_name(given_name) == clean


@given(given_name=st.text(max_size=400))
def test_every_name_becomes_a_plain_one(given_name: str) -> None:
    """A clean name is short, has no path, is not hidden, shows every letter, and stays as it is when cleaned again."""
    name = clean_name(given_name)
    assert 0 < len(name) <= NAME_LENGTH_MAX
    assert len(name.encode()) <= NAME_BYTES_MAX
    assert not set(name) & set('/\\\0\r\n\t<>:"|?*\u202e')
    assert not name.startswith(".")
    assert not name.endswith((".", " "))
    assert clean_name(name) == name


def test_extensions_of_names() -> None:
    """Only what follows the last dot counts, in lower case."""
    assert [extension_of(name) for name in ("a.PDF", "a.tar.gz", "a", ".pdf")] == ["pdf", "gz", "", ""]


def test_no_bytes_make_the_gate_fall_over() -> None:
    """Two thousand damaged good files: each is accepted or refused, none raises."""
    chance = Random(11)
    for number in range(2_000):
        kind = chance.choice([*EXTENSIONS])
        content = bytearray(GOOD[EXTENSIONS[kind]])
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(content))
            content[place : place + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
        result = checked(f"{number}.{kind}", bytes(content) or OLE)
        assert isinstance(result, CheckedFile | Refusal)


def test_every_reason_has_its_sentences() -> None:
    """Each reason can be shown in both languages."""
    texts = yaml.safe_load((Path(__file__).parents[3] / "adapters/documents/texts.yaml").read_text("utf-8"))
    reasons = {str(reason) for reason in Reason} | {f"file.{reason}" for reason in [*Fault, *Misfit]}
    assert reasons <= texts.keys()
