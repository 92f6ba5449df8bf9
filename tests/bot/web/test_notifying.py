"""Notifying without an account: the form of the chat, a letter to be answered, and nothing notified before."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from storage.records import incidents, notifications
from tests.offices import ALL_WAYS, Office, an_office
from tests.scenarios.web import Shown, Site, a_site

GIVEN = {
    "ticked": "understood",
    "aware": "2027-01-04",
    "aware_hour": "5:10",
    "area": "own",
    "children": "1",
    "ring_who": "Designated Doctor on call",
    "ring_number": "01234 567890",
    "notifier_name": "On Call",
    "notifier_role": "Consultant Paediatrician",
    "notifier_email": "consultant@hospital.example",
}


@pytest.fixture
def office() -> Office:
    """An office in which nothing has happened."""
    return an_office(ways=ALL_WAYS)


@pytest.fixture
def site(office: Office) -> Iterator[Site]:
    """Its pages."""
    with a_site(office) as found:
        yield found


def page(site: Site) -> Shown:
    return site.browser().gets(f"{site.url}/notify/{site.office.partnership}")


def given(shown: Shown, **other: str) -> dict[str, str]:
    """Everything that has to be filled in; the first kind that is offered."""
    kinds = {"kind": shown.form.offered["kind"][0]} if "kind" in shown.form.offered else {}
    return {**GIVEN, **kinds, **other}


def cases(office: Office) -> list[str]:
    with office.reading() as scope:
        return [case.reference for case in incidents.every(scope)]


def test_first_of_all_it_says_that_this_gets_no_help_to_a_child_and_that_has_to_be_ticked(site: Site) -> None:
    shown = page(site)
    assert shown.status == 200
    assert shown.text.index("ring 999") < shown.text.index(
        "What has happened" if "kind" in shown.form.offered else "Day"
    )
    again = shown.sends(**given(shown, ticked=""))
    assert again.status == 422
    assert "has to be ticked" in again.errors[0] or "needed" in again.errors[0]


def test_somebody_without_an_account_notifies_and_nothing_happens_before_the_letter_is_answered(
    site: Site, office: Office
) -> None:
    shown = page(site)
    answer = shown.sends(**given(shown))
    assert answer.status == 200, answer.errors
    assert "Nothing has been notified yet" in answer.text
    assert cases(office) == []
    found = site.mailed("confirm-notification")
    asked = site.browser().follows(found.url)
    assert cases(office) == []
    assert "Consultant" not in asked.text and "01234 567890" not in asked.text
    assert asked.sends().errors == ["This is needed."]
    assert cases(office) == []
    done = asked.sends(code=found.code)
    assert done.status == 200, done.text
    assert cases(office) == ["TEST-1"]
    assert "TEST-1" in done.text
    again = asked.sends(code=found.code)
    assert "TEST-1" in again.text or again.title == "Confirmed already"
    assert cases(office) == ["TEST-1"]
    assert site.browser().follows(found.url).title == "Confirmed already"


def test_sent_in_twice_one_letter_goes(site: Site, office: Office) -> None:
    shown = page(site)
    first, second = shown.sends(**given(shown)), shown.sends(**given(shown))
    assert (first.status, second.status) == (200, 200)
    assert first.text == second.text
    with office.reading() as scope:
        assert len(scope.session.exec(select(notifications.Notification)).all()) == 1


def test_every_mistake_is_said_beside_its_field_at_once_and_nothing_typed_is_lost(site: Site) -> None:
    shown = page(site)
    wrong = given(shown, aware="2027-02-30", children="9", ring_number="12", notifier_email="nobody")
    again = shown.sends(**wrong)
    assert again.status == 422
    assert len(again.errors) == 4
    kept = dict(again.form.fields)
    for name in ("aware", "children", "ring_number", "notifier_email", "ring_who", "notifier_name", "aware_hour"):
        assert kept[name] == wrong[name]
    assert kept["ticked"] == "understood" and kept["area"] == "own"


def test_several_can_be_ticked_and_stay_ticked(site: Site) -> None:
    shown = page(site)
    agencies = shown.form.offered["agencies"][:2]
    again = shown.sends(agencies=agencies, children="9")
    assert [value for name, value in again.form.fields if name == "agencies"] == agencies


def test_a_form_from_elsewhere_is_shown_again_with_all_that_was_typed(site: Site, office: Office) -> None:
    shown = page(site)
    shown.browser.cookies.clear()
    again = shown.sends(**given(shown))
    assert again.status == 422 and "send it again" in again.text
    assert again.sends().status == 200
    assert cases(office) == []


def test_a_wall_of_text_is_refused_and_not_lost_while_it_is_a_form_s_size(site: Site) -> None:
    shown = page(site)
    wall = "She was seen at the weekend. " * 100
    again = shown.sends(**given(shown, ring_who=wall))
    assert again.status == 422
    assert ("ring_who", wall.strip()) in [(name, value.strip()) for name, value in again.form.fields]


def test_what_was_filled_in_is_stored_encrypted(site: Site, office: Office) -> None:
    shown = page(site)
    shown.sends(**given(shown))
    with office.reading() as scope:
        [row] = scope.session.exec(select(notifications.Notification)).all()
        assert "hospital" not in row.sealed and "Consultant" not in row.sealed


def test_switched_off_it_says_how_to_notify_meanwhile(office: Office) -> None:
    office.done("business-manager", "incident.switch-off", pathway="serious-incident")
    with a_site(office) as site:
        shown = page(site)
    assert shown.status == 503
    assert "ring 999" in shown.text and "Business Manager" in shown.text
    assert shown.forms == []


def test_where_no_mail_can_be_sent_it_says_how_to_notify_meanwhile() -> None:
    with an_office(ways=frozenset({"pages", "heartbeat"})) as office, a_site(office) as site:
        shown = page(site)
    assert shown.status == 503
    assert "cannot write to you" in shown.text and "ring the Business Manager" in shown.text


@pytest.mark.parametrize("id_", ["nowhere", "ourshire%00", "..", "x" * 500])
def test_a_partnership_that_is_not_here_has_no_page(site: Site, id_: str) -> None:
    assert site.browser().gets(f"{site.url}/notify/{id_}").status == 404
