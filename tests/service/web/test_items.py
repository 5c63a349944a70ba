"""An item from start to decision through the pages, without JavaScript: what a browser sends and is shown."""

import re

import httpx
import pytest

from adapters.sql.histories import digest_at
from adapters.sql.reads.cases import find_by_code
from tests.service.conftest import Desk
from tests.service.web.test_signing_pages import Browser

REVISION = re.compile(r'name="revision" value="(\d+)"')


@pytest.fixture
def ann(desk: Desk) -> Browser:
    """Ann, who applies, signed in."""
    desk.client.cookies.clear()
    browser = Browser(desk.client)
    browser.sign_in("ann")
    return browser


def started(ann: Browser) -> str:
    """Let Ann start a well; gives the address of its page."""
    answer = ann.post("/apply", definition="well", unit="")
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].endswith("/edit")
    return str(answer.headers["location"]).removesuffix("/edit")


def revision(page: httpx.Response) -> str:
    """Give the revision that a page's form was made from."""
    found = REVISION.search(page.text)
    assert found, page.text
    return found[1]


def filled(ann: Browser) -> str:
    """Let Ann start a well and fill it in."""
    url = started(ann)
    seen = revision(ann.get(f"{url}/edit"))
    saved = ann.post(f"{url}/edit", intent="save", revision=seen, name="North well", cost="1,200.50")
    assert saved.status_code == 303, saved.text
    return url


def test_what_may_be_started_is_offered(ann: Browser) -> None:
    """With what one needs for it."""
    page = ann.get("/apply").text
    assert "/apply" in page
    assert 'value="well"' in page


def test_an_item_is_filled_in_and_submitted(ann: Browser) -> None:
    """Money is typed in yuan; what was saved is shown; submitting leads on."""
    url = filled(ann)
    page = ann.get(url)
    assert "North well" in page.text
    assert "1,200.50" in page.text
    answer = ann.post(f"{url}/act/submit", intent="submit", revision=revision(page))
    assert answer.status_code == 303
    assert "North well" in ann.get("/mine").text


def test_what_can_not_be_read_stays_as_typed(ann: Browser) -> None:
    """Nothing typed is lost, and the page says what is wrong."""
    url = started(ann)
    seen = revision(ann.get(f"{url}/edit"))
    answer = ann.post(f"{url}/edit", intent="save", revision=seen, name="Well", cost="a lot")
    assert answer.status_code == 422
    assert "a lot" in answer.text


def test_typing_is_kept_before_it_is_saved(ann: Browser) -> None:
    """Autosave keeps what is typed for its typist, outside of the item's history."""
    url = started(ann)
    kept = ann.post(f"{url}/draft", revision="1", name="Half a na")
    assert kept.status_code == 200
    assert kept.json()["revision"] == 2 or kept.json()["revision"] == 1
    assert "Half a na" in ann.get(f"{url}/edit").text
    assert "Half a na" not in ann.get(url).text


def test_a_printed_item_names_the_record_it_shows(ann: Browser, desk: Desk) -> None:
    """By the hash of its chain, so that a sheet can be held against the record."""
    url = filled(ann)
    page = ann.get(url)
    with desk.assembly.database.read() as connection:
        case_id = find_by_code(connection, url.removeprefix("/items/"))
        digest = digest_at(connection, case_id or "", int(revision(page)))
    assert digest
    assert f'<p class="print-only">截至第 {revision(page)} 条记录 · 记录链摘要 {digest}</p>' in page.text


def test_a_decision_wants_what_is_missing(ann: Browser) -> None:
    """Submitting an empty application is refused in words, on the same page."""
    url = started(ann)
    answer = ann.post(f"{url}/act/submit", intent="submit", revision=revision(ann.get(url)))
    assert answer.status_code == 422
    assert "data-error-summary" in answer.text


def test_old_news_keeps_the_typed_opinion(ann: Browser) -> None:
    """Somebody changed the item meanwhile: the page says so and the opinion is still there."""
    url = filled(ann)
    answer = ann.post(f"{url}/act/submit", intent="submit", revision="1", _comment="please be quick")
    assert answer.status_code in (409, 412)
    assert "please be quick" in answer.text


def test_what_others_saved_stands_beside_what_was_typed(ann: Browser) -> None:
    """Two tabs: the second finds what the first saved where its own text differs, and may save over it knowingly."""
    url = started(ann)
    seen = revision(ann.get(f"{url}/edit"))
    ann.post(f"{url}/edit", intent="save", revision=seen, name="North well", cost="1,200.50")
    answer = ann.post(f"{url}/edit", intent="save", revision=seen, name="South well", cost="1200.5")
    assert answer.status_code == 412
    assert 'value="South well"' in answer.text
    assert "现在已保存的是</strong> North well" in answer.text
    assert answer.text.count("现在已保存的是") == 1
    assert "第 " not in answer.text.partition('class="notice')[2].partition("</")[0]
    again = ann.post(f"{url}/edit", intent="save", revision=revision(answer), name="South well", cost="1200.5")
    assert again.status_code == 303
    assert "South well" in ann.get(url).text


def test_a_reviewer_claims_and_returns(ann: Browser, desk: Desk) -> None:
    """The task is in the queue, is claimed, and goes back with a reason; the applicant sees it as returned."""
    url = filled(ann)
    ann.post(f"{url}/act/submit", intent="submit", revision=revision(ann.get(url)))
    ann.post("/logout")
    rita = Browser(desk.client)
    rita.sign_in("rita")
    queue = rita.get("/queue?view=claimable").text
    assert "North well" in queue
    page = rita.get(url)
    claim = re.search(r'action="([^"]*/verbs/claim[^"]*)"', page.text)
    assert claim
    assert rita.post(claim[1].replace("&amp;", "&")).status_code == 303
    assert "North well" in rita.get("/queue").text
    wordless = rita.post(f"{url}/act/return", intent="submit", revision=revision(rita.get(url)))
    assert wordless.status_code == 422
    sent = rita.post(f"{url}/act/return", intent="submit", revision=revision(rita.get(url)), _comment="which north?")
    assert sent.status_code == 303
    rita.post("/logout")
    ann.sign_in("ann")
    assert "North well" in ann.get("/returned").text
    assert "which north?" in ann.get(url).text


def test_strangers_find_nothing(ann: Browser, desk: Desk) -> None:
    """An item of another unit is as if it did not exist."""
    url = filled(ann)
    ann.post("/logout")
    other = Browser(desk.client)
    other.sign_in("bob")
    assert other.get(url).status_code in (403, 404)


def test_the_queue_is_narrowed_by_its_address(ann: Browser, desk: Desk) -> None:
    """The numbers of the start page lead to exactly what they count; words look in names and codes."""
    url = filled(ann)
    ann.post(f"{url}/act/submit", intent="submit", revision=revision(ann.get(url)))
    ann.post("/logout")
    rita = Browser(desk.client)
    rita.sign_in("rita")

    def is_listed(**query: str) -> bool:
        answer = rita.client.get("/queue", params={"view": "claimable", **query}, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        return "North well" in answer.text

    assert is_listed()
    assert is_listed(words="north")
    assert not is_listed(words="south")
    assert not is_listed(due="late")
    assert not is_listed(due="week")
    desk.clock.advance(days=7)
    rita.sign_in("rita")
    assert is_listed(due="week")
    desk.clock.advance(days=14)
    rita.sign_in("rita")
    assert is_listed(due="late")
    assert not is_listed(due="week")


def test_the_process_shows_the_way_that_was_taken(ann: Browser) -> None:
    """Not only where the item is: the moves it made are marked, in the picture and in the words below it."""
    url = filled(ann)
    before = ann.get(f"{url}/process").text
    ann.post(f"{url}/act/submit", intent="submit", revision=revision(ann.get(url)))
    after = ann.get(f"{url}/process").text
    assert "（已走过）" not in before
    assert after.count("（已走过）") == 1
