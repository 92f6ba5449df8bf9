"""What answers nothing, and who may know nothing: scanners of mail, whoever has left, a list that takes two people."""

import http.client
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from storage.records import case_lists, ledger, tellings
from storage.records.scope import Scope
from tests.scenarios.incident_doors import REFERENCE, Everywhere, everywhere, rendered
from tests.scenarios.web import Browser, Shown

MANAGER, POLICE, NURSE = "business-manager", "assistant-chief-constable", "chief-nurse"
DEPUTY, SUCCESSOR = "deputy@health.example", "successor@health.example"
ALERT = "has been notified to the partnership"
TUESDAY = "2027-03-30"

_ADDRESS = re.compile(r'https?://[^\s"<>]+')


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Everywhere]:
    """Three partners have just been told of an incident; the Chief Nurse has a deputy without an account."""
    with everywhere(tmp_path, "gloucestershire", at="2027-03-29 08:30") as office:
        office.people_are_entered(POLICE, f"Deputy Chief Nurse,{DEPUTY},,Chief Nurse,01234 500601")
        office.time_passes_to(f"{TUESDAY} 10:05")
        manager = office.as_(MANAGER).says("notify").presses("Open the form")
        manager.fills(
            ticked="understood",
            kind="serious-incident",
            aware=TUESDAY,
            aware_hour="09:00",
            area="own",
            children="1",
            ring_who="Designated Doctor on call",
            ring_number="01234 500777",
        )
        manager.sees(f"received, {REFERENCE}")
        yield office.waits()


def telling(office: Everywhere, post: str) -> str:
    """How telling a post stands."""
    return looked(office, lambda scope: str(tellings.find(scope, REFERENCE, post).state))  # type: ignore[union-attr]


def looked(office: Everywhere, at: Callable[[Scope], str]) -> str:
    """Something of the partnership's records."""
    with office.driver.store.reading() as session:
        return at(Scope(session, office.partnership))


# Scanners


def scanned(office: Everywhere) -> tuple[str, str]:
    """The link in the deputy's letter, and the code there, once a scanner has looked at all that leads anywhere."""
    office.as_(NURSE).finds(ALERT).presses("Not me tonight: pass to the deputy")
    office.waits()
    words = office.letter_to(DEPUTY, REFERENCE)
    [link] = {found for found in _ADDRESS.findall(words) if "/l/" in found}
    [code] = re.findall(r"code: (\d{6})", words)
    return link, code


def asks_head(url: str) -> int:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=20)
    connection.request("HEAD", parts.path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_scanner_that_follows_every_link_of_a_letter_answers_nothing_and_writes_nothing(office: Everywhere) -> None:
    link, code = scanned(office)
    before = looked(office, ledger.head)
    waiting, seen = [link], {link}
    while waiting:
        url = waiting.pop()
        assert asks_head(url) in (200, 303, 404)
        page = Browser().follows(url)
        for _, href in page.links:
            found = urljoin(url, href).partition("#")[0]
            if found.startswith(link.partition("/l/")[0]) and found not in seen:
                seen.add(found)
                waiting.append(found)
    assert looked(office, ledger.head) == before
    assert telling(office, NURSE) == "told"
    page = Browser().follows(link).sends(answer="incident.answer:known", code=code).sends()
    assert "Known to you" in page.title
    assert telling(office, NURSE) == "answered"


def test_a_scanner_that_sends_every_form_with_guesses_answers_nothing_and_the_deputy_still_can(
    office: Everywhere,
) -> None:
    link, code = scanned(office)
    sends_every_form(Browser().follows(link), "", "", times=2)
    for step, answer in zip((1, 7, 77, 777, 7777), ANSWERS * 2, strict=False):
        sends_every_form(Browser().follows(link), f"{(int(code) + step) % 10**6:06}", answer)
    assert telling(office, NURSE) == "told"
    shut = Browser().follows(link)
    assert (shut.status, shut.title) == (410, "This link leads nowhere any more")
    assert "Look into your mail" in shut.sends().title
    office.waits()
    page, anew = office.page_of(DEPUTY, "new link")
    assert page.url != link
    assert "You have this" in page.sends(answer="incident.answer:have", code=anew).sends().title
    assert telling(office, NURSE) == "answered"


def test_a_scanner_that_tries_on_and_on_is_made_to_wait_and_answers_nothing(office: Everywhere) -> None:
    link, _ = scanned(office)
    statuses = {sends_every_form(Browser().follows(link), "", answer) for answer in ANSWERS * 10}
    assert 429 in statuses
    assert telling(office, NURSE) == "told"


ANSWERS = ("incident.answer:have", "incident.answer:known", "incident.answer:pass", "incident.rang")


def sends_every_form(page: Shown, guess: str, answer: str, times: int = 1) -> int:
    """Sends the forms of a page as they stand but for a guess in each empty blank, then those of the page that comes.

    Gives the status of the last answer.
    """
    status = page.status
    for form in page.forms:
        standing = [(name, value) for name, value in form.fields if value]
        guessed = [(name, answer if name == "answer" else guess) for name in form.names]
        fields = standing + [(name, value) for name, value in guessed if value and name not in dict(standing)]
        fields += [("answer", answer)] if answer and "answer" not in dict(fields) else []
        came = page.browser.posts(urljoin(page.url, form.action), fields)
        if times > 1:
            sends_every_form(came, guess, answer, times - 1)
        status = came.status
    return status


# Whoever has left


def test_a_leaver_is_followed_by_their_successor_at_the_next_step(office: Everywhere) -> None:
    leaver = office.driver.seat_of(office.partnership, NURSE)
    [alert] = [one for one in leaver.told() if ALERT in rendered(one)]
    manager = office.as_(MANAGER).says("people leave chief nurse on 29 March 2027")
    if "Confirm" in manager.seen.buttons:
        manager.presses("Confirm")
    manager.sees("second person")
    office.waits()
    office.as_(POLICE).finds("a second person has to agree", "Chief Nurse").presses("Agree").sees("Agreed")
    manager.says(f"people enter {SUCCESSOR} Next Chief Nurse as Chief Nurse").sees("second person")
    office.waits()
    office.as_(POLICE).finds("a second person has to agree", "Next Chief Nurse").presses("Agree").sees("Agreed")
    office.driver.joins(office.partnership, NURSE)
    told = len(leaver.told())

    office.time_passes_to(f"{TUESDAY} 10:16")
    successor = office.as_(NURSE).receives(f"{REFERENCE}, not answered yet", times=1)
    assert len(leaver.told()) == told, "who has left is told nothing more"
    assert "We do not know you here" in rendered(office.driver.settled(leaver.presses(alert, "Known to us")))
    assert telling(office, NURSE) == "told"
    successor.finds("not answered yet").presses("Known to us").sees("Known to you")
    assert "by Next Chief Nurse: known to us" in office.status()


# A list takes two people


def listed(office: Everywhere) -> str:
    """Who stands on the list of the case."""
    return looked(
        office, lambda s: " ".join(sorted(r.who for r in case_lists.on_list(s, REFERENCE, office.driver.now)))
    )


def test_a_business_manager_who_adds_herself_to_a_list_needs_a_second_person(office: Everywhere) -> None:
    before = listed(office)
    manager = office.as_(MANAGER).says(f"incident list-add {REFERENCE} {MANAGER}@gloucestershire.invalid")
    if "Confirm" in manager.seen.buttons:
        manager.presses("Confirm")
    manager.sees("This waits for a second person", "Nothing has changed yet")
    assert listed(office) == before
    office.waits()
    office.as_(POLICE).finds("a second person has to agree").sees(REFERENCE).may_press("Agree", "Do not agree")
    manager.says("proposal list").may_press(*[label for label in manager.seen.buttons if label.startswith("Withdraw")])
    number = manager.seen.buttons[0].removeprefix("Withdraw ")
    manager.says(f"proposal agree {number}").does_not_see("Agreed")
    assert listed(office) == before
    office.as_(POLICE).finds("a second person has to agree").presses("Do not agree").sees("Not agreed")
    assert listed(office) == before
    manager.says(f"incident people {REFERENCE}").does_not_see("by Safeguarding Business Manager and")
