"""Small real documents for the demo: a page of text as PDF, made without any library.

The text uses a standard Chinese font by name; viewers bring it (PDF 1.7, Adobe-GB1 with UniGB-UCS2-H).
"""

from collections.abc import Sequence

LINE_HEIGHT = 30
TOP = 760
LEFT = 72


def pdf(lines: Sequence[str]) -> bytes:
    """Give a PDF of one A4 page with these lines."""
    shown = [f"{LEFT} {TOP - LINE_HEIGHT * place} Td <{_hex(line)}> Tj" for place, line in enumerate(lines)]
    text = "BT /F 16 Tf " + " ET BT /F 12 Tf ".join(shown) + " ET"
    descriptor = "/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4"
    metrics = "/FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    system = "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
    return _file(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R /Resources << /Font << /F 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [5 0 R] >>",
        f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light {system} {descriptor} {metrics} >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
    )


def _hex(line: str) -> str:
    return line.encode("utf-16-be", "replace").hex()


def _file(*objects: str) -> bytes:
    """Number the objects and add the table of where each begins."""
    body, begins = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        begins.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode("ascii")
    places = "".join(f"{begin:010} 00000 n \n" for begin in begins)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{places}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n"
    return body + f"{end}{len(body)}\n%%EOF\n".encode("ascii")
