"""Links that lead nowhere any more: one and the same page, which offers a new one, whether there was one or not."""

import re
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from bot.web.addresses import Addresses
from commands import links
from storage.records import outbox
from tests.offices import Office
from tests.scenarios.web import KEY, Letter, Shown, Site

LEAD = "director-childrens-services"


def anew(office: Office) -> list[str]:
    """The links of the letters that bring a new one."""
    with office.reading() as scope:
        return [row.words.link for row in outbox.about(scope, "incident:TEST-1", [links.RENEWED])]


def without_what_differs(page: Shown) -> str:
    return re.sub(r'name="mark" value="[^"]*"', "", page.html)


def ended(site: Site, office: Office) -> Shown:
    office.moves_to(office.now + timedelta(hours=73))
    return site.browser().follows(site.letter(LEAD).url)


def test_ended_revoked_unknown_and_spoilt_links_show_the_same_page(site: Site, office: Office) -> None:
    letter = site.letter(LEAD)
    unknown = [
        site.browser().follows(f"{site.url}/l/nonsense"),
        site.browser().follows(f"{letter.url}x"),
        site.browser().follows(f"{letter.url[:-1]}"),
        site.browser().follows(site.pages.addresses.url_of("no-such-link")),
        site.browser().follows(f"{site.url}/l/{'x' * 3000}"),
        ended(site, office),
    ]
    assert {page.status for page in unknown} == {410}
    assert len({without_what_differs(page) for page in unknown}) == 1
    assert "ring 999" in unknown[0].text and "01234 500500" in unknown[0].text


def test_a_new_link_is_sent_to_its_owner_and_whoever_asks_is_told_the_same_either_way(
    site: Site, office: Office
) -> None:
    answered = ended(site, office).sends()
    never = site.browser().follows(f"{site.url}/l/nonsense").sends()
    assert answered.status == never.status == 200
    assert without_what_differs(answered) == without_what_differs(never)
    [new] = anew(office)
    with office.reading() as scope:
        [words] = [row.words for row in outbox.about(scope, "incident:TEST-1", [links.RENEWED])]
    letter = site.letter_of(words)
    page = site.browser().follows(letter.url).sends(code=letter.code)
    assert page.title == "OSCP: TEST-1"
    assert page.sends(answer="incident.answer:known").sends().title == "TEST-1: Known to you"
    assert new == words.link


def test_a_scanner_that_opens_and_posts_gets_one_new_letter_sent_at_most(site: Site, office: Office) -> None:
    page = ended(site, office)
    for _ in range(4):
        page.sends()
    assert len(anew(office)) == 1


def test_a_form_from_elsewhere_asks_for_nothing(site: Site, office: Office) -> None:
    page = ended(site, office)
    page.browser.cookies.clear()
    again = page.sends()
    assert again.status == 422
    assert anew(office) == []
    assert again.sends().status == 200
    assert len(anew(office)) == 1


def test_one_link_takes_only_so_many_forms_in_a_while(site: Site, office: Office) -> None:
    page = site.browser().follows(site.letter(LEAD).url)
    seen = [page.sends().status for _ in range(14)]
    assert seen[:12] == [422] * 12
    assert set(seen[12:]) == {429}
    assert site.browser().follows(site.letter("chief-nurse").url).sends().status == 422


def test_keys_rotate_and_letters_stay_good(site: Site, office: Office) -> None:
    new = Fernet.generate_key().decode()
    old = site.pages.addresses
    rotated = Addresses(old.base_url, (new, KEY))
    token = old.url_of("an-id").rpartition("/")[2]
    assert rotated.link_of(token) == "an-id"
    assert rotated.url_of("an-id") != old.url_of("an-id")
    assert Addresses(old.base_url, (new,)).link_of(token) is None
    assert old.link_of(rotated.url_of("an-id").rpartition("/")[2]) is None


@pytest.mark.parametrize("base", ["https://ours.example", "https://ours.example/", "https://ours.example/convenor/"])
def test_an_address_begins_with_where_the_pages_are_and_holds_nothing_but_the_link(base: str) -> None:
    found = Addresses(base, (KEY,))
    assert found.url_of("an-id").startswith(f"{base.rstrip('/')}/l/")
    assert "?" not in found.url_of("an-id")
    assert found.prefix == ("/convenor" if "convenor" in base else "")
    assert found.is_private


def test_a_letter_s_address_cannot_be_made_from_the_database_alone(site: Site) -> None:
    letter: Letter = site.letter(LEAD)
    token = letter.url.rpartition("/")[2]
    payload, _, signature = token.partition(".")
    assert len(signature) >= 43
    assert site.browser().follows(f"{site.url}/l/{payload}.{'A' * len(signature)}").status == 410
