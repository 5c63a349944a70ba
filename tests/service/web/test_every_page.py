"""Every page for the people who see it: in both languages, wide and narrow, nothing amiss."""

import re

import pypdfium2
import pytest
from playwright.sync_api import Browser

from service.texts import Language
from tests.browser import NARROW, WIDE, Visit, visiting
from tests.service.web.county import Service

pytestmark = pytest.mark.browser

EXPERT, SCORED = "expert", "QH-2026-T05-0033"
"""Stands for whoever was drawn to score, and for what there is to be scored."""

PAGES = (
    ("t01-apply", "/"),
    ("cty-review-1", "/"),
    ("cty-review-1", "/queue?view=claimable"),
    ("cty-review-1", "/queue?view=done"),
    ("cty-review-1", "/items"),
    ("cty-review-1", "/items/QH-2026-T03-0035"),
    ("cty-review-1", "/items/QH-2026-T03-0035/process"),
    ("cty-review-1", "/items/QH-2026-T08-0011/progress"),
    ("t02-apply", "/items/QH-2026-T02-0022/channels"),
    ("t01-apply", "/apply"),
    ("t01-apply", "/mine"),
    ("t04-apply", "/returned"),
    ("t02-apply", "/drafts"),
    ("lead-1", "/evaluations"),
    ("t05-apply", "/lessons"),
    ("t05-apply", "/lessons?words=nothing-at-all"),
    ("cty-review-1", "/drafts"),
    ("t02-apply", "/items/QH-2026-T02-0039"),
    ("t02-apply", "/items/QH-2026-T02-0039/edit"),
    ("t02-apply", "/items/QH-2026-T02-0039/edit?section=money"),
    ("t02-apply", "/items/QH-2026-T02-0039/check"),
    ("t01-apply", "/items/QH-2026-T01-0037/submitted"),
    ("t04-apply", "/items/QH-2026-T04-0036/edit"),
    ("cty-review-1", "/queue/@QH-2026-T03-0035"),
    ("cty-review-1", "/queue/@QH-2026-T03-0035?show=~QH-2026-T03-0035"),
    ("cty-review-1", "/queue/batch?task=@QH-2026-T03-0035&task=@QH-2026-T02-0022"),
    ("cty-review-1", "/queue?view=cc"),
    ("cty-review-1", "/files/~QH-2026-T03-0035/view"),
    (EXPERT, "/queue/@QH-2026-T05-0033"),
    (EXPERT, "/expert"),
    ("cty-review-1", "/panels/QH-2026-T08-0031/summary"),
    ("fin-pay", "/queue/@BF-2026-T01-0015"),
    ("t01-apply", "/notifications"),
    ("t01-apply", "/settings"),
    ("t01-apply", "/settings/password"),
    ("wf-admin", "/admin"),
    ("admin", "/admin/founding"),
    ("wf-admin", "/admin/forms"),
    ("wf-admin", "/admin/forms?form=payment&set=request"),
    ("sec-admin", "/admin/indicators"),
    ("wf-admin", "/admin/indicators?library=evaluations.standard_indicators"),
    ("admin", "/admin/people"),
    ("sec-admin", "/admin/people/t01-apply"),
    ("admin", "/admin/people/cty-review-1/leaving"),
    ("admin", "/admin/people/cty-review-1/leaving?step=preview"),
    ("admin", "/admin/units"),
    ("cty-review-1", "/settings/authorisations"),
    ("admin", "/admin/authorisations"),
    ("admin", "/admin/import/units"),
    ("admin", "/admin/import/people"),
    ("sec-admin", "/admin/import/roles"),
    ("admin", "/admin/texts"),
    ("admin", "/admin/texts/notices.task.opened"),
    ("admin", "/admin/texts?of=D13"),
    ("admin", "/admin/texts/papers.frame.opening.D13"),
    ("admin", "/admin/calendars"),
    ("sec-admin", "/admin/policies"),
    ("sec-admin", "/admin/policies?key=calls"),
    ("sec-admin", "/admin/policies?key=screening.negative_list"),
    ("sec-admin", "/admin/policies?key=screening.standard_weights"),
    ("t01-it", "/items/HT-2026-T01-0015"),
    ("t01-apply", "/items/QH-2026-T01-0037/documents"),
    ("admin", "/admin/ops"),
    ("aud-admin", "/audit"),
    ("aud-admin", "/audit?view=sign_ins"),
    ("audit", "/items/BF-2026-T01-0015"),
    ("aud-admin", "/audit/verify?run=1"),
    ("aud-admin", "/audit/access"),
    ("wf-admin", "/admin/definitions"),
    ("wf-admin", "/admin/definitions/township-project/1"),
    ("wf-admin", "/admin/definitions/township-project/1?view=graph"),
    ("wf-admin", "/admin/definitions/township-project/1?view=matrix"),
    ("wf-admin", "/admin/definitions/township-project/1?view=fields"),
    ("wf-admin", "/admin/definitions/township-project/1?view=yaml"),
    ("wf-admin", "/admin/definitions/township-project/1/impact"),
    ("wf-admin", "/admin/definitions/township-project/1/rehearse"),
    ("wf-admin", "/admin/definitions/township-project/1/backtest"),
    ("lead-1", "/dashboard"),
    ("lead-1", "/dashboard?year=2001"),
    ("t10-leader", "/dashboard"),
    ("lead-1", "/dashboard/outlook"),
    ("lead-1", "/dashboard/figures"),
    ("cty-head", "/dashboard/weights"),
    ("lead-1", "/items?figure=R-26.1.returned&line=prelim_review"),
    ("lead-1", "/reserve?limit=1500000"),
    ("lead-1", "/items?definition=township-project&closed=no&phase=reserve&unit=T06"),
    ("t01-apply", "/duties"),
    ("fin-head", "/funds"),
    ("cty-review-1", "/search?q=T03-0035"),
    ("cty-review-1", "/search?q=nothing-at-all"),
    ("cty-head", "/reports"),
    ("cty-head", "/reports/R-01?year=2026"),
    ("cty-head", "/reports/R-26"),
    ("aud-admin", "/reports/R-23"),
    ("t01-apply", "/reports/R-17"),
    ("t01-apply", "/help"),
    ("t01-apply", "/help/keys"),
    ("t01-apply", "/help/rules"),
    ("", "/login"),
    ("", "/login?out=1"),
)
"""A person and what they open; nobody where the name is empty. `@CODE` is an open task of an item, `~CODE` a file."""

DESIGNER_BYTES_MAX = 45_000
"""What pages that hold a whole procedure may weigh more."""

PRINTED = {"zh": "打印自/", "en": "Printedfrom/"}
TASK, FILE = re.compile(r"@([A-Z0-9-]+)"), re.compile(r"~([A-Z0-9-]+)")
REQUESTS_MAX = 6
"""Of a first visit: the page, its style, one script, the icon, and what one page alone needs."""

WEIGHT_BYTES_MAX = 60_000
"""Most bytes of a first load: page, style, scripts. Pictures of documents come on top, where somebody looks at one."""

REPEAT_BYTES_MAX, HEAVY_BYTES_MAX = 8_400, 17_000
"""Most bytes of a page seen before: the goal is 8 kB; the figures of a day are a few more or fewer."""

HEAVY = (
    "/items/QH-2026-T03-0035",
    "/items/HT-2026-T01-0015",
    "/queue/@QH-2026-T",
    "/admin/forms",
    "/admin/policies",
    "/help/rules",
)
"""Pages that show a whole thing at once, and so miss the goal for a page seen before: an item with its papers and every
form that may follow, its process as a picture, all sets of fields, all policies, all rules. It is words that weigh."""

TEXT_BYTES_MAX = 70_000
"""Most bytes of the page that shows the text of a definition: the largest one shipped has 135 kB of it."""


def opened(county: Service, path: str) -> str:
    """Give an address with what it names put in."""
    return FILE.sub(lambda found: county.file_of(found[1]), TASK.sub(lambda found: county.task_of(found[1]), path))


def repeat_bytes_max(path: str, designer: int) -> int:
    """Give the most bytes of a page that was seen before."""
    if path.endswith("view=yaml"):
        return TEXT_BYTES_MAX
    return (HEAVY_BYTES_MAX if path.startswith(HEAVY) else REPEAT_BYTES_MAX) + designer


LOOKS: tuple[tuple[Language, int], ...] = (("zh", WIDE), ("en", NARROW), ("zh", NARROW), ("en", WIDE))
"""Each language and each width in every run; the long one has the others, and takes pictures to look at."""


def assert_printed(visit: Visit, name: str, language: Language) -> None:
    """What is on paper: the page's heading, nothing to press, and where it was printed from on the last sheet."""
    heading = visit.page.locator("h1").first.inner_text().split()[-1]
    paper = pypdfium2.PdfDocument(visit.pdf(f"page-{name}-{language}"))
    texts = [sheet.get_textpage().get_text_bounded() for sheet in paper]
    assert heading in "".join(texts[0].split()) + texts[0], "the heading is not on the first sheet"
    assert PRINTED[language] in "".join(texts[-1].split()), "the last sheet does not say where it is from"
    columns = visit.page.locator("main thead th:not(.bare, :has(.hidden))").all_inner_texts()
    whole = "".join("".join(texts).split())
    assert [name for name in columns if "".join(name.split()) not in whole] == [], "columns run off the sheet"


@pytest.mark.parametrize(
    ("language", "width"),
    [pytest.param(*look, marks=[pytest.mark.long] if at > 1 else []) for at, look in enumerate(LOOKS)],
)
@pytest.mark.parametrize(("person", "path"), PAGES)
def test_every_page_holds(
    chromium: Browser, county: Service, person: str, path: str, language: Language, width: int
) -> None:
    """A page that is inaccessible, breaks the policy, fails in a script or scrolls sideways shuts somebody out."""
    person = county.person_of(SCORED) if person == EXPERT else person
    cookies = (county.cookie_of(person),) if person else ()
    with visiting(
        chromium, county.url + opened(county, path), language=language, width=width, cookies=cookies
    ) as visit:
        name = f"{person}{path}".replace("/", "-").replace("?", "-").strip("-")
        if (language, width) in LOOKS[2:]:
            visit.screenshot(f"page-{name}-{language}-{width}")
        visit.check()
        if width == WIDE:
            assert_printed(visit, name, language)
        else:
            visit.crowd()
            assert (visit.cut(), visit.overflow() <= 0) == ([], True), "not to be read by who sees badly"
        designer = DESIGNER_BYTES_MAX if path.startswith("/admin/definitions/") else 0
        assert visit.weight() <= WEIGHT_BYTES_MAX + designer
        assert len(visit.asked) <= REQUESTS_MAX, visit.asked
        assert visit.weight(of="navigation") <= repeat_bytes_max(path, designer)


SEEN = [pytest.param(*one, marks=[] if one[1] == "/dashboard" else [pytest.mark.long]) for one in PAGES]


@pytest.mark.parametrize(("person", "path"), SEEN)
def test_a_page_seen_before_fetches_itself_alone(chromium: Browser, county: Service, person: str, path: str) -> None:
    """Style and script stay with the browser: the second time nothing comes but the page, and pictures of papers."""
    person = county.person_of(SCORED) if person == EXPERT else person
    cookies = (county.cookie_of(person),) if person else ()
    with visiting(chromium, county.url + opened(county, path), cookies=cookies) as visit:
        visit.page.goto(visit.page.url)
        visit.settle()
        assert visit.weight() == visit.weight(of="navigation")


OFFERED = "button[type=button]:not([aria-disabled=true]), a:not([href]), a[href='#']"
SOME = ("/queue?view=claimable", "/items/QH-2026-T03-0035", "/queue/@QH-2026-T03-0035", "/dashboard", "/duties")
SOMEWHERE = [pytest.param(*one, marks=[] if one[1] in SOME else [pytest.mark.long]) for one in PAGES]
TARGET_PIXELS_MIN, FINGER_PIXELS_MIN = 24, 44
"""WCAG 2.2, 2.5.8 (AA), and 2.5.5 (AAA) where people touch."""


@pytest.mark.parametrize(("person", "path"), SOMEWHERE)
def test_nothing_is_offered_that_needs_a_script(chromium: Browser, county: Service, person: str, path: str) -> None:
    """A button that does nothing where no script runs makes people think that the system does not work."""
    person = county.person_of(SCORED) if person == EXPERT else person
    cookies = (county.cookie_of(person),) if person else ()
    with visiting(chromium, county.url + opened(county, path), javascript=False, cookies=cookies) as visit:
        dead = visit.page.locator(OFFERED)
        assert [one.inner_text() for one in dead.all() if one.is_visible()] == []


@pytest.mark.parametrize(("person", "path"), SOMEWHERE)
def test_what_is_pressed_is_large_enough(chromium: Browser, county: Service, person: str, path: str) -> None:
    """For fingers on a telephone, and for shaking hands with a mouse."""
    person = county.person_of(SCORED) if person == EXPERT else person
    cookies = (county.cookie_of(person),) if person else ()
    address = county.url + opened(county, path)
    with visiting(chromium, address, width=NARROW, touch=True, cookies=cookies) as visit:
        assert visit.small(FINGER_PIXELS_MIN) == []
    with visiting(chromium, address, cookies=cookies) as visit:
        assert visit.small(TARGET_PIXELS_MIN) == []
