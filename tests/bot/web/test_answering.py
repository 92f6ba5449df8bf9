"""Answering from a letter: opened with its code, chosen, checked, confirmed.

A scanner that opens links or sends in forms learns no kind and nobody's answer, and answers nothing.
"""

import http.client
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest

from storage.records import incidents, ledger, tellings
from storage.records.scope import Scope
from storage.records.tellings import Telling
from tests.offices import Office
from tests.scenarios.web import Shown, Site

LEAD, NURSE, POLICE = "director-childrens-services", "chief-nurse", "assistant-chief-constable"
HAVE = "incident.answer:have"


def telling(office: Office, post: str = LEAD) -> Telling:
    with office.reading() as scope:
        found = tellings.find(scope, "TEST-1", post)
        assert found is not None
        scope.session.expunge(found)
        return found


def head(office: Office) -> str:
    with office.reading() as scope:
        return ledger.head(scope)


def door(site: Site, post: str = LEAD) -> Shown:
    """What stands behind the link before the code was typed."""
    return site.browser().follows(site.letter(post).url)


def opened(site: Site, post: str = LEAD) -> Shown:
    """The alert, after the code was typed."""
    return door(site, post).sends(code=site.letter(post).code)


def guesses(code: str) -> list[str]:
    """Five codes that are not the right one."""
    return [f"{(int(code) + step) % 10**6:06}" for step in (1, 11, 111, 1111, 11111)]


def tells_nothing(office: Office, page: Shown) -> bool:
    """Whether a page says nothing of the alert: its kind, whom to ring, by when what, who has answered, what can be."""
    [alert] = [each for each in office.sent_to(LEAD) if each.link][-1:]
    [other] = [each for each in office.sent_to(NURSE) if each.link][-1:]
    said = [field.value for each in (alert, other) for field in each.fields]
    said += [button.label for button in alert.buttons] + ["Child death", "Serious harm", "serious child safeguarding"]
    return not any(words.casefold() in page.html.casefold() for words in said)


def answers(site: Site, post: str = LEAD, **filled: str) -> Shown:
    """Answers whole: opened, chosen, checked and confirmed."""
    page = opened(site, post).sends(**filled)
    assert page.title == "Check your answer", page.errors
    return page.sends()


# Before the code


def test_before_the_code_the_page_says_that_an_answer_is_waited_for_and_nothing_of_the_alert(
    site: Site, office: Office
) -> None:
    page = door(site)
    assert (page.status, page.title) == (200, "Please answer TEST-1")
    for words in (office.definition.arrangements.name, "waits for an answer under TEST-1", "ring 999", "01234 500500"):
        assert words in page.text
    assert page.form.names == ["mark", "code"]
    assert tells_nothing(office, page)
    assert not tells_nothing(office, opened(site))


def test_before_the_code_the_page_is_the_same_whoever_has_answered(site: Site, office: Office) -> None:
    before = door(site).text
    answers(site, NURSE, answer=HAVE)
    answers(site, answer="incident.answer:known")
    assert door(site).text == before


def test_a_drill_says_that_it_is_one_before_the_code_too(site: Site, office: Office) -> None:
    with office.runner.store.writing() as session:
        case = incidents.find(Scope(session, office.partnership), "TEST-1")
        assert case is not None
        case.drill = True
        session.add(case)
    page = door(site)
    assert page.title == "This is a drill: please answer TEST-1"
    assert "This is a drill: no child is meant." in page.text


def test_the_code_is_asked_for_once_and_in_that_browser_alone_for_half_an_hour(site: Site, office: Office) -> None:
    page = opened(site)
    assert "code" not in page.form.names
    assert not tells_nothing(office, page.browser.gets(page.url))
    assert tells_nothing(office, site.browser().gets(page.url))
    office.moves_to(office.now + timedelta(minutes=31))
    assert tells_nothing(office, page.browser.gets(page.url))


def test_followed_again_from_the_letter_it_asks_for_the_code_again_and_takes_it(site: Site, office: Office) -> None:
    page = opened(site)
    again = page.browser.follows(page.url)
    assert tells_nothing(office, again)
    assert again.sends().errors == ["This is needed."]
    assert not tells_nothing(office, again.sends(code=site.letter(LEAD).code))


def test_the_cookie_of_one_letter_opens_no_other_and_two_are_open_at_once(site: Site, office: Office) -> None:
    page, url = opened(site), site.letter(NURSE).url
    assert tells_nothing(office, page.browser.gets(url))
    [name] = [each for each in page.browser.cookies if each.startswith("opened-")]
    other = opened(site, NURSE).browser
    [its] = [each for each in other.cookies if each.startswith("opened-")]
    other.cookies[its] = page.browser.cookies[name]
    assert tells_nothing(office, other.gets(url))
    assert not tells_nothing(office, page.browser.gets(url).sends(code=site.letter(NURSE).code))
    assert not tells_nothing(office, page.browser.gets(page.url))


def test_the_page_shuts_in_every_browser_once_its_link_has_ended(site: Site, office: Office) -> None:
    page, other = opened(site), door(site)
    for guess in guesses(site.letter(LEAD).code):
        other = other.sends(code=guess)
    assert page.browser.gets(page.url).status == 410
    assert page.sends(answer=HAVE).status == 410
    assert telling(office).state == "told"


# Answered


def test_the_page_says_what_the_alert_says_with_where_to_ring_and_nothing_is_chosen(site: Site) -> None:
    page = opened(site)
    assert page.status == 200
    for words in ("TEST-1", "ring 999", "01234 500500", "I have this", "Known to us", "pass to the deputy"):
        assert words in page.text
    assert "answer" not in {name for name, _ in page.form.fields}
    assert page.text.count("This is not the way to get help for a child") == 1


def test_somebody_answers_and_the_others_see_it(site: Site, office: Office) -> None:
    chosen = opened(site).sends(answer=HAVE)
    assert (chosen.status, chosen.title) == (200, "Check your answer")
    assert "Nothing has changed yet" in chosen.text
    assert telling(office).state == "told"
    done = chosen.sends()
    assert "You have this" in done.title
    found = telling(office)
    assert (found.state, found.answer, found.answered_by) == ("answered", "have", office.person(LEAD))
    assert found.promised_at == office.now + timedelta(hours=1)
    assert "has this" in opened(site, NURSE).text


def test_by_when_they_ring_is_the_next_such_hour_also_past_midnight(site: Site, office: Office) -> None:
    office.moves_to("2027-01-04 22:30")
    answers(site, answer=HAVE, by="0:15")
    assert telling(office).promised_at == office.at("2027-01-05 00:15")


def test_they_say_that_they_rang_and_that_they_know_which_child_is_meant(site: Site, office: Office) -> None:
    answers(site, answer=HAVE)
    assert "incident.answer:have" not in opened(site).form.offered["answer"]
    answers(site, answer="incident.rang")
    answers(site, answer="incident.knows-child")
    found = telling(office)
    assert found.kept_at == office.now
    assert found.knows_child_at == office.now


def test_passed_on_the_deputy_is_told(site: Site, office: Office) -> None:
    assert answers(site, answer="incident.answer:pass").title.endswith("passed on")
    assert telling(office).passed_to == office.person("head-of-safeguarding")


def test_where_nobody_else_is_entered_it_cannot_be_passed_on_and_that_is_said(site: Site, office: Office) -> None:
    page = answers(site, POLICE, answer="incident.answer:pass")
    assert page.status == 422
    assert "Nobody else is entered for this post" in page.text
    assert telling(office, POLICE).state == "told"


# What answers nothing


def test_get_and_head_change_nothing_however_often_they_come(site: Site, office: Office) -> None:
    before, url = head(office), site.letter(LEAD).url
    browser = site.browser()
    for _ in range(3):
        browser.follows(url)
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
        connection.request("HEAD", parts.path)
        assert connection.getresponse().status == 200
        connection.close()
    assert head(office) == before


def test_a_scanner_that_sends_forms_in_as_they_stand_learns_and_answers_nothing(site: Site, office: Office) -> None:
    page = door(site).sends()
    assert (page.status, page.errors) == (422, ["This is needed."])
    assert tells_nothing(office, page)
    assert telling(office).state == "told"


def test_a_scanner_that_guesses_codes_learns_nothing_and_shuts_the_link(site: Site, office: Office) -> None:
    page = door(site)
    for guess in guesses(site.letter(LEAD).code):
        assert tells_nothing(office, page)
        page = page.sends(code=guess)
    assert page.title == "This link leads nowhere any more"
    assert telling(office).state == "told"
    assert door(site).status == 410


@pytest.mark.parametrize("field", ["answer", "proof"])
def test_a_form_that_is_made_up_learns_and_answers_nothing_without_the_code(
    site: Site, office: Office, field: str
) -> None:
    before, page = head(office), door(site)
    again = page.browser.posts(page.url, [("mark", dict(page.form.fields)["mark"]), (field, HAVE)])
    assert again.status == 422
    assert "type the code again" in again.text
    assert tells_nothing(office, again)
    assert head(office) == before


def test_nothing_chosen_is_said_and_nothing_is_answered(site: Site, office: Office) -> None:
    page = opened(site).sends()
    assert (page.status, page.errors) == (422, ["Choose what you will do."])
    assert telling(office).state == "told"


def test_a_scanner_that_follows_every_link_and_button_of_every_page_answers_nothing(site: Site, office: Office) -> None:
    browser = site.browser()
    waiting, seen = [browser.follows(site.letter(LEAD).url)], set()
    while waiting:
        page = waiting.pop()
        waiting += [
            browser.gets(address)
            for _, href in page.links
            if (address := urljoin(page.url, href)) not in seen and not seen.add(address)  # type: ignore[func-returns-value]
        ]
        for form in page.forms:
            for value in form.offered.get("answer", [""]):
                if (page.url, value) not in seen:
                    seen.add((page.url, value))
                    waiting.append(page.sends(**({"answer": value} if value else {})))
                    assert tells_nothing(office, waiting[-1])
    assert seen
    assert telling(office).state == "told"


def test_a_form_that_is_not_from_our_page_counts_for_nothing_and_loses_nothing(site: Site, office: Office) -> None:
    page, code = door(site), site.letter(LEAD).code
    page.browser.cookies.clear()
    again = page.sends(code=code)
    assert (again.status, "send it again" in again.text, tells_nothing(office, again)) == (422, True, True)
    assert ("code", code) in again.form.fields
    page = again.sends()
    page.browser.cookies.pop("convenor")
    again = page.sends(answer="incident.answer:known")
    assert (again.status, "send it again" in again.text) == (422, True)
    assert ("answer", "incident.answer:known") in again.form.fields
    assert again.sends().sends().title.endswith("Known to you")


def test_a_proof_of_one_link_is_none_for_another(site: Site, office: Office) -> None:
    chosen = opened(site).sends(answer=HAVE)
    proof = dict(chosen.form.fields)["proof"]
    other = opened(site, NURSE)
    fields = [("mark", dict(other.form.fields)["mark"]), ("proof", proof)]
    page = other.browser.posts(other.url, fields)
    assert page.status == 422
    assert telling(office, NURSE).state == telling(office).state == "told"


def test_what_was_chosen_has_to_be_confirmed_within_half_an_hour(site: Site, office: Office) -> None:
    chosen = opened(site).sends(answer=HAVE)
    office.moves_to(office.now + timedelta(minutes=20))
    again = chosen.browser.follows(chosen.url).sends(code=site.letter(LEAD).code)
    office.moves_to(office.now + timedelta(minutes=11))
    fields = [("mark", dict(again.form.fields)["mark"]), ("proof", dict(chosen.form.fields)["proof"])]
    assert "too long ago" in again.browser.posts(again.url, fields).text
    assert telling(office).state == "told"


def test_after_half_an_hour_the_code_is_asked_for_again_before_anything_counts(site: Site, office: Office) -> None:
    page = opened(site)
    office.moves_to(office.now + timedelta(minutes=20))
    chosen = page.sends(answer=HAVE)
    office.moves_to(office.now + timedelta(minutes=11))
    again = chosen.sends()
    assert (again.status, "type the code again" in again.text, tells_nothing(office, again)) == (422, True, True)
    assert telling(office).state == "told"
    done = again.sends(code=site.letter(LEAD).code).sends(answer=HAVE).sends()
    assert "You have this" in done.title


def test_confirmed_twice_it_counts_once_and_says_the_same(site: Site, office: Office) -> None:
    chosen = opened(site).sends(answer=HAVE)
    first = chosen.sends()
    after = head(office)
    office.moves_to(office.now + timedelta(minutes=3))
    second = chosen.sends()
    assert (second.status, second.title, second.text) == (200, first.title, first.text)
    assert head(office) == after
    assert telling(office).promised_at == office.now + timedelta(minutes=57)


@pytest.mark.parametrize(
    ("by", "words"),
    [("half past", "no hour"), ("25:00", "no hour"), ("x" * 500, "no hour")],
)
def test_a_time_that_is_none_is_said_beside_the_field(site: Site, office: Office, by: str, words: str) -> None:
    page = opened(site).sends(answer=HAVE, by=by)
    assert page.status == 422
    assert words in page.errors[0]
    assert len(page.errors) == 1
    assert ("by", by) in page.form.fields


def test_what_was_told_is_shown_where_somebody_asks_for_it_and_that_is_written_down(site: Site, office: Office) -> None:
    page = opened(site).sends(answer="look")
    assert page.title == "TEST-1: what was told of it"
    with office.reading() as scope:
        entry = ledger.about(scope, "incident:TEST-1")[-1]
        noted = (entry.action, entry.actor)
    assert noted == ("incident.look", office.person(LEAD))
