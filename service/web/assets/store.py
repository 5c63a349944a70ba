"""The browser files in memory, compressed once, under an address that changes with their content."""

import gzip
import mimetypes
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from service.web.assets.fetch import FOLDER, NAMED_FILES, AssetsNotFetched

ROOT = "/assets"
SCRIPT, FIRST_SCRIPT = "site.js", "main.js"
DIGEST_LENGTH = 12
SECONDS_CACHED = 365 * 24 * 3600


class Asset(Struct, frozen=True):
    """One file as it is sent."""

    media_type: str
    plain: bytes
    gzipped: bytes


class Assets(Struct, frozen=True):
    """All files by name (`site.css`, `site.js`, `vendor/htmx.js`) and the digest of them together.

    One digest for all lets the script import a fetched one by a relative address and still be cached for ever.
    """

    digest: str
    files: Mapping[str, Asset]

    def url(self, name: str) -> str:
        """The address of a file; raises LookupError for a name that does not exist."""
        if name not in self.files:
            message = f"No browser file is named {name!r}. Put it into {FOLDER / 'public'}."
            raise LookupError(message)
        return f"{ROOT}/{self.digest}/{name}"


def load_assets(folder: Path = FOLDER) -> Assets:
    """Read our files, our scripts as one, and the fetched files; raises AssetsNotFetched when these are not there."""
    contents = {path.name: path.read_bytes() for path in sorted((folder / "public").iterdir())}
    contents[SCRIPT] = _one_script(folder / "scripts")
    for name in sorted(NAMED_FILES.values()):
        contents[f"vendor/{name}"] = _read_fetched(folder / "vendor" / name)
    digest = sha256()
    for name, content in contents.items():
        digest.update(f"{name}:{len(content)}:".encode() + content)
    files = {name: _asset(name, content) for name, content in contents.items()}
    return Assets(digest.hexdigest()[:DIGEST_LENGTH], files)


def _one_script(folder: Path) -> bytes:
    """All scripts as one module, so that a page asks once; a block each keeps their names apart."""
    others = [path.read_bytes() for path in sorted(folder.iterdir()) if path.name != FIRST_SCRIPT]
    return b"\n".join([(folder / FIRST_SCRIPT).read_bytes(), *(b"{\n" + content + b"}\n" for content in others)])


def _read_fetched(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        message = f"{path.name} has not been fetched. Run: python -m service.web.assets"
        raise AssetsNotFetched(message) from None


def _asset(name: str, content: bytes) -> Asset:
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith(".js"):
        media_type = "text/javascript"
    return Asset(media_type, content, gzip.compress(content, 9, mtime=0))
