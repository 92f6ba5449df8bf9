"""Every page in a real browser: axe finds nothing wrong, with scripts and without, and all of it works by the form."""

from collections.abc import Iterator

import pytest

from tests.bot.web.chromium import MISSING, PROGRAM, REQUIRED, Tab, a_tab
from tests.offices import Office
from tests.scenarios.web import Site

pytestmark = pytest.mark.slow

LEAD = "director-childrens-services"


@pytest.fixture
def tab() -> Iterator[Tab]:
    """A browser."""
    if PROGRAM is None:
        if REQUIRED:
            pytest.fail(f"CONVENOR_TEST_REQUIRE names browser. {MISSING}", pytrace=False)
        pytest.skip(MISSING)
    with a_tab() as found:
        yield found


def title(tab: Tab) -> str:
    return str(tab.evaluates("document.title"))


def test_an_alert_is_answered_and_axe_finds_nothing_wrong_on_the_way(tab: Tab, site: Site) -> None:
    letter = site.letter(LEAD)
    tab.goes_to(letter.url)
    assert tab.faults() == []
    tab.presses("form button")
    assert title(tab).startswith("Error: ")
    assert tab.faults() == []
    assert tab.evaluates("document.activeElement.classList.contains('govuk-error-summary')")
    tab.fills("#code", letter.code)
    tab.presses("form button")
    assert tab.evaluates("document.querySelectorAll('input[type=radio]').length") > 3
    assert tab.evaluates("document.querySelectorAll('input:checked').length") == 0
    assert tab.faults() == []
    tab.presses("form button")
    assert title(tab).startswith("Error: ")
    assert tab.faults() == []
    tab.ticks("input[value='incident.answer:have']")
    tab.presses("form button")
    assert title(tab).startswith("Check your answer")
    assert tab.faults() == []
    tab.presses("form button")
    assert "You have this" in title(tab)
    assert tab.faults() == []


def test_the_other_pages_have_no_fault_either(tab: Tab, site: Site, office: Office) -> None:
    office.done("chief-nurse", "incident.record-link", reference="TEST-1")
    letter = site.mailed("record-link")
    tab.goes_to(letter.url)
    assert tab.faults() == []
    tab.fills("#code", letter.code)
    tab.presses("form button")
    assert tab.evaluates("document.querySelectorAll('table').length") > 3
    assert tab.faults() == []
    for path in ("/l/nonsense", f"/notify/{office.partnership}"):
        tab.goes_to(f"{site.url}{path}")
        assert tab.faults() == []
        tab.presses("form button")
        assert tab.faults() == []


def test_without_scripts_an_alert_is_answered_too(tab: Tab, site: Site) -> None:
    letter = site.letter(LEAD)
    tab.asks("Emulation.setScriptExecutionDisabled", value=True)
    tab.goes_to(letter.url)
    tab.fills("#code", letter.code)
    tab.presses("form button")
    tab.ticks("input[value='incident.answer:known']")
    tab.presses("form button")
    tab.presses("form button")
    assert "Known to you" in title(tab)


def test_nothing_is_loaded_but_our_own_files_and_no_policy_is_broken(tab: Tab, site: Site) -> None:
    tab.goes_to(site.letter(LEAD).url)
    loaded = tab.evaluates("performance.getEntriesByType('resource').map(e => e.name)")
    assert loaded
    assert [each for each in loaded if not each.startswith(f"{site.url}/assets/")] == []
    font = tab.evaluates("getComputedStyle(document.querySelector('h1')).fontFamily")
    assert "GDS" not in font and "system-ui" in font
