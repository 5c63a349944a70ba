"""A county begins with `shenpi init` and nothing else: can its own administrators bring it to a first case?"""

import csv
import html
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import copy
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from litestar.testing import TestClient

from adapters import shipped
from service.administering import ADMINISTRATORS
from service.app import build
from service.cli import main
from service.settings import Settings

HIDDEN = re.compile(r'name="(content|digest)" value="([^"]*)"')
SECRET = re.compile(r'<code>([^<]+)</code>\s*<code class="secret">([^<]+)<')
PASSWORDS = ("Qinghe-2026-a", "Qinghe-2026-b", "Qinghe-2026-c")
UNITS = [
    ("代码", "单位名称", "类别", "上级单位"),
    ("data", "县数据局", "部门", "清河县"),
    ("t1", "星禾镇", "乡镇", "清河县"),
    ("t1-svc", "星禾镇便民服务中心", "科室", "星禾镇"),
    ("firm", "清河软件公司", "external", ""),
]
HOME = {"county": "data", "township": "t1", "office": "t1-svc", "external": "firm"}
HELD = {**HOME, "county": "qinghe"}


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `shenpi init` makes."""
    folder = tmp_path_factory.mktemp("founded")
    passwords, made = folder / "passwords", folder / "county.sqlite"
    passwords.write_text("\n".join(PASSWORDS), "utf-8")
    words = ("--county", "清河县", "--county-id", "qinghe", "--password-file", str(passwords))
    result = CliRunner().invoke(main, ["init", "--database", f"sqlite:///{made}", *words])
    assert result.exit_code == 0, result.output
    return made


@pytest.fixture
def url(founded: Path, tmp_path: Path) -> str:
    """A county that was just founded."""
    return f"sqlite:///{copy(founded, tmp_path)}"


@pytest.fixture
def site(url: str, tmp_path: Path) -> Iterator[TestClient[Any]]:
    """Its service."""
    settings = Settings(database=url, files_folder=tmp_path / "files", heartbeat=False)
    with TestClient(build(settings)) as client:
        yield client


def sign_in(site: TestClient[Any], username: str, password: str) -> dict[str, str]:
    """Give the headers of somebody who signed in."""
    answer = site.post("/api/v1/session", json={"username": username, "password": password})
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}", "Accept": "text/html"}


def table(rows: Sequence[tuple[str, ...]]) -> bytes:
    """Write a table."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def take(site: TestClient[Any], name: str, rows: Sequence[tuple[str, ...]], headers: dict[str, str]) -> httpx.Response:
    """Look at a table on its page and say yes to it."""
    path = f"/admin/import/{name}"
    seen = site.post(path, files={"file": (f"{name}.csv", table(rows))}, headers=headers)
    assert seen.status_code == 200, seen.text
    assert f"新增 {len(rows) - 1} 行" in seen.text
    form = {name: html.unescape(value) for name, value in HIDDEN.findall(seen.text)}
    done = site.post(path, data={**form, "intent": "take"}, headers=headers)
    assert f"已导入 {len(rows) - 1} 行" in done.text
    return done


def posts() -> list[tuple[str, str]]:
    """Give a person for every role of a procedure, with the unit in which it is held."""
    roles = ((code, role["held_in"][0]) for code, role in shipped.roles().items() if code not in ADMINISTRATORS)
    return [(f"p-{code.replace('_', '-')}", kind) for code, kind in roles]


def test_its_administrators_bring_a_county_to_its_first_case(site: TestClient[Any]) -> None:
    """Units and accounts by the one, roles by the other; then somebody can work on every step, and one applies."""
    admin, security = (sign_in(site, *one) for one in zip(("admin", "sec-admin"), PASSWORDS[:2], strict=True))
    begun = site.get("/admin/founding", headers=admin).text
    assert "共 7 步" in begun
    assert re.search(r"\d\d 个流程中 \d 个", begun)
    take(site, "units", UNITS, admin)
    people = [("用户名", "姓名", "单位"), *((id, id.upper(), HOME[kind]) for id, kind in posts())]
    passwords = dict(SECRET.findall(take(site, "people", people, admin).text))
    roles = [("用户名", "岗位", "所在单位")]
    codes = [code for code in shipped.roles() if code not in ADMINISTRATORS]
    roles += [(id, code, HELD[kind]) for code, (id, kind) in zip(codes, posts(), strict=True)]
    assert site.post("/admin/import/roles", headers=admin).status_code == 403
    take(site, "roles", roles, security)
    assert re.search(r"(\d\d) 个流程中 \1 个", site.get("/admin/founding", headers=security).text)
    first = html.unescape(passwords["p-applicant"])
    once = sign_in(site, "p-applicant", first)
    site.put("/api/v1/me/password", json={"old": first, "new": "Xinghe-2026-new"}, headers=once)
    applicant = {**sign_in(site, "p-applicant", "Xinghe-2026-new"), "Accept": "application/json"}
    offered = site.get("/apply", headers={**applicant, "Accept": "text/html"}).text
    assert "常年受理" in offered
    assert "2099" not in offered
    asked = {"definition": "township-project", "unit": "t1-svc"}
    opened = site.post("/api/v1/items", json=asked, headers={**applicant, "Idempotency-Key": "first"})
    assert opened.status_code == 201, opened.text
    assert "已有事项在办" in site.get("/admin/founding", headers=security).text


def test_a_post_without_its_holder_is_filled_on_the_server(url: str, site: TestClient[Any]) -> None:
    """Who holds the role of another is refused; whoever holds none gets it; the log names in whose name."""
    admin = sign_in(site, "admin", PASSWORDS[0])
    take(site, "people", [("用户名", "姓名", "单位"), ("heir", "接任者", "清河县")], admin)

    def appoint(username: str, role: str, by: str = "admin") -> tuple[int, str]:
        words = ("appoint", username, role, "--as", by, "--reason", "换届", "--database", url)
        result = CliRunner().invoke(main, words)
        return result.exit_code, result.output

    assert appoint("admin", "sec_admin")[0] == 2
    assert appoint("nobody", "sec_admin")[0] == 2
    assert appoint("heir", "sec_admin", "sec-admin")[0] == 2
    assert appoint("heir", "lead_group")[0] == 2
    assert appoint("heir", "sec_admin") == (0, "heir is sec_admin\n")
    audit = sign_in(site, "aud-admin", PASSWORDS[2])
    assert "换届" in site.get("/audit", headers=audit).text


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("t2", "柳烟镇", "乡镇", "无此单位")], "D2 · "),
        ([("t/2", "柳烟镇", "乡镇", "清河县")], "A2 · "),
        ([("t2", "柳烟镇", "星系", "清河县")], "C2 · "),
        ([("qinghe", "清河县", "县", "清河县")], "D2 · "),
        ([("t2", "柳烟镇", "乡镇", "清河县"), ("T2", "石笋镇", "乡镇", "清河县")], "A3 · 与第 2 行重复"),
    ],
)
def test_a_row_of_units_that_can_not_be_says_where(
    site: TestClient[Any], rows: Sequence[tuple[str, ...]], said: str
) -> None:
    """An unknown unit above, a bad code, an unknown kind, another place in the tree, the same code twice."""
    admin = sign_in(site, "admin", PASSWORDS[0])
    content = table([UNITS[0], *rows])
    seen = site.post("/admin/import/units", files={"file": ("units.csv", content)}, headers=admin)
    assert said in seen.text


def test_a_role_that_can_not_be_held_says_where(site: TestClient[Any]) -> None:
    """Clashes count with the rows before; a role of townships is not held in the county."""
    admin, security = (sign_in(site, *one) for one in zip(("admin", "sec-admin"), PASSWORDS[:2], strict=True))
    take(site, "people", [("用户名", "姓名", "单位"), ("ann", "安", "清河县")], admin)
    rows = [("用户名", "岗位"), ("ann", "县审计局"), ("ann", "县发改局"), ("ann", "乡镇信息化专员"), ("bob", "专家")]
    seen = site.post("/admin/import/roles", files={"file": ("roles.csv", table(rows))}, headers=security).text
    for said in ("B3 · 不能与以下岗位由同一人担任", "B4 · ", "A5 · "):
        assert said in seen
    assert "新增 1 行" in seen


def test_a_new_unit_does_not_take_the_code_of_another(site: TestClient[Any]) -> None:
    """The form for a new unit names whose code it is; the one for a unit there keeps code and place."""
    admin = sign_in(site, "admin", PASSWORDS[0])
    form = {"id": "qinghe", "name": "别的县", "kind": "county"}
    answer = site.post("/admin/units", data=form, headers=admin)
    assert answer.status_code == 422
    assert "代码已由“清河县”使用" in answer.text
    changed = {"id": "other", "name": "清河区", "kind": "county"}
    done = site.post("/admin/units?unit=qinghe", data=changed, headers=admin, follow_redirects=False)
    assert done.status_code == 303
    listed = site.get("/admin/units", headers=admin).text
    assert "清河区" in listed
    assert '<code class="quiet">other</code>' not in listed
