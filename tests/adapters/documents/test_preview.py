"""Documents to look at: good ones are shown, hostile ones end nothing but the program that reads them."""

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import ExifTags, Image, ImageOps

from adapters.documents.preview import Fingerprint, Preview, Previews, UnreadableError
from adapters.documents.preview_child import PAGES_MAX, ROWS_MAX, WIDTH_MAX, bounded
from adapters.documents.workbook import Column, Table, workbook
from adapters.files.local import LocalFiles
from tests.adapters.documents.corpus import packed
from workflows.demo.papers import pdf

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    """A store of files."""
    return LocalFiles(tmp_path / "files")


def described(files: LocalFiles, kind: str, content: bytes) -> Preview:
    """Store a file and look into it."""
    return Previews(files).describe(files.put(BytesIO(content)).digest, kind)


def document_of(body: str, head: str = "") -> bytes:
    """Make a Word document with this body."""
    return packed(
        [("word/document.xml", f'{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'.encode())]
    )


def picture_of(kind: str, size: tuple[int, int]) -> bytes:
    """Make a picture."""
    out = BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def test_a_page_is_drawn_as_a_picture(files: LocalFiles) -> None:
    """As wide as a page of the desk, and there is no page behind the last."""
    previews, digest = Previews(files), files.put(BytesIO(pdf(["Plan", "of the well"]))).digest
    assert previews.describe(digest, "pdf") == Preview(pages=1)
    drawn = previews.page(digest, "pdf", 1)
    with Image.open(BytesIO(drawn.content)) as picture:
        assert (drawn.media_type, picture.format, picture.width) == ("image/png", "PNG", WIDTH_MAX)
        assert len(picture.convert("L").getcolors() or []) > 1
    with pytest.raises(UnreadableError):
        previews.page(digest, "pdf", 2)


@pytest.mark.parametrize(("kind", "name"), [("png", "PNG"), ("jpg", "JPEG")])
def test_a_photo_is_made_smaller(files: LocalFiles, kind: str, name: str) -> None:
    """A phone's photo is not sent over a slow line as it is."""
    digest = files.put(BytesIO(picture_of(name, (4000, 3000)))).digest
    with Image.open(BytesIO(Previews(files).page(digest, kind, 1).content)) as picture:
        assert (picture.format, picture.width) == (name, WIDTH_MAX)


def test_office_files_are_shown_as_text_and_tables(files: LocalFiles) -> None:
    """Paragraphs and tables in their order; sheets by name; texts in the encoding they are in."""
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>".format
    table = f"<w:tbl><w:tr>{cell('a')}{cell('b')}</w:tr></w:tbl>"
    word = document_of(f"<w:p><w:r><w:t>One</w:t></w:r></w:p>{table}<w:p><w:r><w:t>Two</w:t></w:r></w:p>")
    assert described(files, "docx", word).blocks == ("One", [["a", "b"]], "Two")
    sheet = workbook([Table("Costs", (Column("Name"),), [("Well",)])], ZoneInfo("Asia/Shanghai"))
    assert described(files, "xlsx", sheet).blocks == ("Costs", [["Name"], ["Well"]])
    assert described(files, "csv", "名称,金额\n井,1\n".encode("gb18030")).blocks == ([["名称", "金额"], ["井", "1"]],)
    assert described(files, "txt", b"a\n\nb").blocks == ("a", "b")
    page = b'<ofd:Page xmlns:ofd="x"><ofd:TextCode>Red</ofd:TextCode><ofd:TextCode>head</ofd:TextCode></ofd:Page>'
    assert described(files, "ofd", packed([("Doc_0/Pages/Page_0/Content.xml", page)])).blocks == ("Red head",)


def hostile() -> dict[str, tuple[str, bytes]]:
    """Files that mean harm, or are broken."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    huge = BytesIO()
    with zipfile.ZipFile(huge, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(64 << 20))
    claimed = bytearray(picture_of("PNG", (1, 1)))
    claimed[16:24] = (60_000).to_bytes(4) + (60_000).to_bytes(4)
    return {
        "no pdf": ("pdf", b"%PDF-1.7 and nothing else"),
        "cut off": ("pdf", pdf(["x"])[:200]),
        "entities": ("docx", document_of("<w:p><w:t>&b;</w:t></w:p>", bomb)),
        "unpacks to much": ("docx", huge.getvalue()),
        "claims to be huge": ("png", bytes(claimed)),
        "not an archive": ("xlsx", b"PK\x03\x04 no"),
        "old Word": ("doc", b"\xd0\xcf\x11\xe0"),
    }


@pytest.mark.parametrize("name", hostile())
def test_what_means_harm_is_not_shown(files: LocalFiles, name: str) -> None:
    """It ends the program that reads it, nothing else; the next document is shown as ever."""
    kind, content = hostile()[name]
    previews = Previews(files)
    digest = files.put(BytesIO(content)).digest
    with pytest.raises(UnreadableError):
        previews.page(digest, kind, 1)
    assert previews.describe(files.put(BytesIO(b"fine")).digest, "txt").blocks == ("fine",)


def test_a_page_of_a_square_kilometre_is_drawn_small(files: LocalFiles) -> None:
    """A PDF may claim any size of paper; the picture stays within its pixels."""
    content = pdf(["x"]).replace(b"[0 0 595 842]", b"[0 0 595 99999]")
    digest = files.put(BytesIO(content)).digest
    with Image.open(BytesIO(Previews(files).page(digest, "pdf", 1).content)) as picture:
        assert picture.width * picture.height <= 8_100_000


def test_much_is_cut_and_said_so() -> None:
    """Nobody reads ten thousand rows beside a decision; that there are more is told."""
    rows = [["x"] * 40] * (ROWS_MAX + 5)
    found = bounded(iter([rows]))
    kept = found["blocks"]
    assert isinstance(kept, list)
    assert (len(kept[0]), len(kept[0][0]), found["cut"]) == (ROWS_MAX, 30, True)
    assert bounded(iter(["short"]))["cut"] is False
    assert PAGES_MAX > 100


def test_what_was_looked_at_is_kept_up_to_a_limit(files: LocalFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look starts no program; the least wanted goes when it is too much."""
    previews = Previews(files, kept_bytes_max=400)
    first, second = (files.put(BytesIO(text)).digest for text in (b"one", b"two" * 9))
    previews.describe(first, "txt")
    with monkeypatch.context() as patch:
        patch.setattr("subprocess.run", lambda *_args, **_named: pytest.fail("looked again"))
        assert previews.describe(first, "txt").blocks == ("one",)
    previews.describe(second, "txt")
    with monkeypatch.context() as patch:
        patch.setattr("subprocess.run", lambda *_args, **_named: (_ for _ in ()).throw(TimeoutError))
        with pytest.raises(TimeoutError):
            previews.describe(first, "txt")


def test_what_means_harm_is_looked_into_once(files: LocalFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for it again and again keeps no processor busy."""
    previews = Previews(files)
    digest = files.put(BytesIO(b"%PDF-1.7 and nothing else")).digest
    with pytest.raises(UnreadableError):
        previews.describe(digest, "pdf")
    monkeypatch.setattr("subprocess.run", lambda *_args, **_named: pytest.fail("looked again"))
    with pytest.raises(UnreadableError):
        previews.describe(digest, "pdf")


def photo(
    kind: str = "JPEG", size: tuple[int, int] = (640, 480), *, is_mirrored: bool = False, taken: str = ""
) -> bytes:
    """Make a photograph of a slope with a tower; `taken` is what the camera writes."""
    drawn = Image.linear_gradient("L").resize(size)
    drawn.paste(Image.radial_gradient("L").resize((size[0] // 3, size[1] // 2)), (size[0] // 8, size[1] // 4))
    exif = Image.Exif()
    exif[ExifTags.Base.DateTime] = taken or "never"
    out = BytesIO()
    (ImageOps.mirror(drawn) if is_mirrored else drawn).convert("RGB").save(out, kind, exif=exif)
    return out.getvalue()


def test_a_picture_is_known_however_it_is_saved(files: LocalFiles) -> None:
    """Smaller, or as another kind, it is alike; another picture is not; the day is the camera's, or none."""

    def seen(kind: str, content: bytes) -> Fingerprint:
        return Previews(files).fingerprint(files.put(BytesIO(content)).digest, kind)

    first = seen("jpg", photo(taken="2026:05:04 10:00:00"))
    assert (first.taken_on, len(first.likeness)) == (date(2026, 5, 4), 16)
    alike = (seen("jpg", photo(size=(320, 240))), seen("png", photo("PNG")))
    assert all(_apart(first, one) <= 6 and one.taken_on is None for one in alike)
    assert _apart(first, seen("jpg", photo(is_mirrored=True))) > 6
    with pytest.raises(UnreadableError):
        seen("jpg", b"\xff\xd8 not a picture")


def _apart(one: Fingerprint, other: Fingerprint) -> int:
    return (int(one.likeness, 16) ^ int(other.likeness, 16)).bit_count()
