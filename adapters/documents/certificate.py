"""The certificate of a check of all chains as PDF, with itself as data inside: one file for people and programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from adapters.documents.paper import printed

LAYOUT = Path(__file__).with_name("certificate.typ")
ATTACHED = "certificate.json"
ATTACHMENTS_MAX = 10
"""Most attachments of a file from elsewhere that are looked through."""


class NoCertificate(ValueError):
    """A PDF without a certificate in it."""


@dataclass(frozen=True, slots=True)
class CertificatePaper:
    """What is printed, in words. `rows` are pairs; `seals` are lines to sign on."""

    title: str
    issuer: str
    language: str
    verdict: str
    rows: Sequence[tuple[str, str]]
    faults_title: str
    faults: Sequence[str]
    note: str
    footer: str
    seals: Sequence[str]


def certificate_pdf(paper: CertificatePaper, content: bytes) -> bytes:
    """Print a certificate; `content` is the same as JSON."""
    told = json.dumps(asdict(paper), ensure_ascii=False)
    return printed(LAYOUT, {"certificate": told, "attached": content.decode()})


def certificate_in(content: bytes) -> bytes:
    """Give the JSON that a printed certificate has inside; raises `NoCertificate`."""
    import pypdfium2  # noqa: PLC0415  # loaded when such a file is read

    try:
        document = pypdfium2.PdfDocument(content)
        attached = [document.get_attachment(n) for n in range(min(document.count_attachments(), ATTACHMENTS_MAX))]
        found = next((bytes(one.get_data()) for one in attached if one.get_name() == ATTACHED), None)
    except pypdfium2.PdfiumError as error:
        raise NoCertificate(str(error)) from error
    if found is None:
        raise NoCertificate(f"no {ATTACHED} inside")
    return found
