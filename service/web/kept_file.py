"""A table that is shown before it is taken: the page that shows it carries it along, in a field nobody sees."""

from base64 import b64decode, b64encode

from litestar.datastructures import FormMultiDict, UploadFile

from engine.refusal import Refused
from service.http.problems import Wording


async def content_of(form: FormMultiDict) -> bytes:
    """Give the bytes of the table: from the file that was chosen, or from the page that showed it."""
    file = form.get("file")
    if isinstance(file, UploadFile) and file.filename:
        return await file.read()
    try:
        return b64decode(str(form.get("content", "")), validate=True)
    except ValueError:
        return b""


def carried(content: bytes) -> str:
    """Spell a table for the field `content`."""
    return b64encode(content).decode()


def placed(refused: Refused, wording: Wording) -> list[str]:
    """Say each reason with the cell it is about."""
    said = ((one.where, wording.sentence(one)) for one in refused.reasons)
    return [f"{where} · {words}" if where else words for where, words in said]
