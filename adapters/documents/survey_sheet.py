"""The sheet of a survey by link: a QR code for each person asked, eight on a page, to cut apart and hand out."""

import json
from collections.abc import Sequence
from pathlib import Path

from adapters.documents.paper import printed, qr

LAYOUT = Path(__file__).with_name("survey_sheet.typ")


def sheet(title: str, audience: str, note: str, language: str, addresses: Sequence[str]) -> bytes:
    """Print the codes of some addresses as PDF."""
    codes = [{"qr": qr(address), "address": address} for address in addresses]
    told = {"title": title, "audience": audience, "note": note, "language": language, "codes": codes}
    return printed(LAYOUT, {"sheet": json.dumps(told, ensure_ascii=False)})
