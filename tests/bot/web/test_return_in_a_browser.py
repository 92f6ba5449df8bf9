"""A report in a real browser: axe finds nothing wrong with any page, in four ways; and what is written saves itself."""

import time
from collections.abc import Iterator

import pytest

from tests.bot.web import looking
from tests.bot.web.chromium import MISSING, PROGRAM, REQUIRED, Tab, a_tab
from tests.bot.web.looking import DESK, WAYS, button, fill
from tests.bot.web.reports import CHAIR, an_office_of_reports, page_of
from tests.offices import Office
from tests.returns_given import Given, an_owed_report, filled_so_far, owed
from tests.scenarios.web import Site, a_site

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def a_browser() -> None:
    """Without a browser nothing is looked at, and that is said."""
    if PROGRAM is None:
        if REQUIRED:
            pytest.fail(f"CONVENOR_TEST_REQUIRE names browser. {MISSING}", pytrace=False)
        pytest.skip(MISSING)


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_of_reports() as found:
        yield found


@pytest.fixture
def given(office: Office) -> Given:
    return an_owed_report(office)


@pytest.fixture
def site(office: Office, given: Given) -> Iterator[Site]:
    with a_site(office) as found:
        yield found


@pytest.fixture
def tab(a_browser: None) -> Iterator[Tab]:
    with a_tab() as found:
        yield found


def written(tab: Tab, name: str, value: str) -> None:
    """Writes into a field as somebody does who types: the page hears of it."""
    fill(tab, name, value)
    tab.evaluates(f"document.querySelector(\"[name='{name}']\").dispatchEvent(new Event('input', {{bubbles: true}}))")


def says(tab: Tab) -> str:
    """The line in which the page says that it has saved."""
    return str(tab.evaluates("document.querySelector('[data-saved]').textContent"))


@pytest.mark.parametrize(("width", "scripts"), WAYS)
@pytest.mark.long
def test_axe_finds_nothing_wrong_with_any_page(width: int, scripts: bool) -> None:
    look = looking.look_at_all(width, scripts=scripts)
    assert look.wrong == []
    assert len(look.pages) > 25


def test_without_scripts_none_of_ours_runs_and_all_can_be_seen(site: Site, office: Office, given: Given) -> None:
    url = f"{page_of(site, given)}/section/progress"
    for scripts in (True, False):
        with looking.a_look(DESK, scripts=scripts) as look:
            look.goes(url, "a section")
            assert look.tab.evaluates("document.body.classList.contains('js-enabled')") is scripts
            hidden = look.tab.evaluates("document.querySelector('[data-shown-if]').hidden")
            assert hidden is scripts
            assert look.wrong == []


def test_what_is_not_asked_is_hidden_until_it_is(tab: Tab, site: Site, given: Given) -> None:
    tab.goes_to(f"{page_of(site, given)}/section/progress")
    hidden = "document.querySelector('[data-shown-if]').hidden"
    assert tab.evaluates(hidden)
    tab.ticks("[name=blocked][value=yes]")
    assert not tab.evaluates(hidden)
    tab.ticks("[name=blocked][value=no]")
    assert tab.evaluates(hidden)


def test_what_is_written_saves_itself_and_is_said_and_a_button_then_meets_no_other_window(
    tab: Tab, site: Site, office: Office, given: Given
) -> None:
    tab.goes_to(f"{page_of(site, given)}/section/standard")
    assert says(tab) == ""
    assert tab.evaluates("document.querySelector('[data-saved]').getAttribute('role')") == "status"
    written(tab, "how", "We looked at ten files")
    tab.waits("document.querySelector('[data-saved]').textContent.startsWith('Saved at ')")
    assert filled_so_far(office, given)["how"].value == "We looked at ten files"
    assert tab.faults() == []
    written(tab, "how", "We looked at twelve files")
    tab.presses(button("on"))
    assert tab.evaluates("document.querySelector('h1').textContent") == "Progress"
    assert filled_so_far(office, given)["how"].value == "We looked at twelve files"


def test_a_button_pressed_while_it_saves_itself_waits_for_that(
    tab: Tab, site: Site, office: Office, given: Given
) -> None:
    tab.goes_to(f"{page_of(site, given)}/section/standard")
    written(tab, "how", "Once")
    tab.evaluates(
        "(() => { const real = window.fetch; window.fetch = async (...all) => {"
        " window.began = true; await new Promise(then => setTimeout(then, 1500)); return real(...all); }; })()"
    )
    tab.waits("window.began === true")
    fill(tab, "how", "Twice")
    tab.presses(button("on"))
    assert tab.evaluates("document.querySelector('h1').textContent") == "Progress"
    assert filled_so_far(office, given)["how"].value == "Twice"


def test_what_was_written_last_is_saved_when_somebody_turns_away(
    tab: Tab, site: Site, office: Office, given: Given
) -> None:
    url = page_of(site, given)
    tab.goes_to(f"{url}/section/standard")
    written(tab, "how", "Just before leaving")
    tab.goes_to(url)
    until = time.monotonic() + 20
    while owed(office, given).state == "nothing" and time.monotonic() < until:
        time.sleep(0.05)
    assert filled_so_far(office, given)["how"].value == "Just before leaving"


def test_what_cannot_be_saved_is_said_and_stays_on_the_page(tab: Tab, site: Site, office: Office, given: Given) -> None:
    tab.goes_to(f"{page_of(site, given)}/section/standard")
    written(tab, "how", "See 943 476 5919")
    tab.waits("document.querySelector('[data-saved]').textContent.includes('NHS number')")
    assert "943" not in says(tab)
    assert tab.evaluates("document.querySelector('[name=how]').value") == "See 943 476 5919"
    kept = filled_so_far(office, given).get("how")
    assert kept is None or kept.is_empty


def test_without_a_connection_that_is_said_and_it_is_tried_again(
    tab: Tab, site: Site, office: Office, given: Given
) -> None:
    tab.goes_to(f"{page_of(site, given)}/section/standard")
    tab.asks("Network.enable")
    broken = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    tab.asks("Network.emulateNetworkConditions", offline=True, **broken)
    written(tab, "how", "Written in a train")
    tab.waits("document.querySelector('[data-saved]').textContent.includes('no connection')")
    assert owed(office, given).state == "nothing"
    tab.asks("Network.emulateNetworkConditions", offline=False, **broken)
    tab.waits("document.querySelector('[data-saved]').textContent.startsWith('Saved at ')")
    assert filled_so_far(office, given)["how"].value == "Written in a train"


def test_enter_in_a_field_saves_and_goes_on_and_adds_no_row(tab: Tab, site: Site, office: Office, given: Given) -> None:
    tab.goes_to(f"{page_of(site, given)}/section/standard")
    fill(tab, "proof.1.what", "File audit")
    tab.evaluates("document.querySelector(\"[name='proof.1.what']\").focus(); window.before = true")
    for kind in ("keyDown", "keyUp"):
        tab.asks("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    tab.waits("window.before === undefined && document.readyState === 'complete'")
    assert tab.evaluates("document.querySelector('h1').textContent") == "Progress"


def test_from_the_letter_to_the_printed_page(tab: Tab, site: Site, office: Office, given: Given) -> None:
    """One who has no account answers in a browser: every section, the check, sent in, and the page to print."""
    url = page_of(site, given)
    tab.goes_to(url)
    tab.presses("a[href$='/section/standard']")
    tab.ticks("[name=rating][value=met]")
    fill(tab, "how", "By looking")
    tab.presses(button("on"))
    tab.ticks("[name=blocked][value=no]")
    tab.presses(button("on"))
    tab.ticks("[name=_tick][value=read]")
    tab.presses("form button")
    assert tab.evaluates("document.title").startswith("Exception report is sent in")
    row = owed(office, given)
    assert (row.state, row.came_by, row.answered_by) == ("answered", "web", office.person(CHAIR))
    tab.goes_to(url)
    assert not tab.evaluates("document.querySelector('[data-prints]').hidden")
    tab.asks("Emulation.setEmulatedMedia", media="print")
    shown = "getComputedStyle(document.querySelector('{}')).display"
    assert tab.evaluates(shown.format("[data-prints]")) == "none"
    assert tab.evaluates(shown.format("dl")) != "none"
