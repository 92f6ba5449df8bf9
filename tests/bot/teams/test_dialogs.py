"""Forms in dialogs: opened by a button, mistakes beside their fields, pages, drafts, and what does not fit."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from commands.steps import AGAIN
from storage.records.message import Button
from tests.standins.teams import Dialog, Person, blanks, rendered

from .offices import TeamsOffice
from .talking import (
    ACTION,
    MANAGER,
    NURSE,
    Stumbles,
    done,
    everything_stored,
    is_told,
    people_talking,
    presses,
    sends_in,
    the_form,
    times_done,
)

NHS_NUMBER = "943 476 5919"


@pytest.fixture(autouse=True)
def _on_a_monday() -> None:
    """In the place of the fixture that stops the clock: here seconds pass, and tokens end."""


@pytest.fixture
def teams_office(tmp_path: Path) -> Iterator[TeamsOffice]:
    with people_talking(tmp_path) as opened:
        yield opened


@pytest.fixture
def manager(teams_office: TeamsOffice) -> Person:
    return teams_office.user(MANAGER)


def open_before(who: Person) -> Dialog:
    """The dialog before somebody."""
    dialog = who.dialog()
    assert dialog is not None
    return dialog


def test_a_button_that_leads_to_a_form_opens_it_in_a_dialog(teams_office: TeamsOffice, manager: Person) -> None:
    dialog = the_form(teams_office, manager)
    assert dialog.title == "Enter an action"
    assert set(blanks(dialog)) == {"title", "owner", "due"}
    assert len(manager.told()) == 1


def test_a_button_of_a_message_that_was_told_opens_its_form_too(teams_office: TeamsOffice, manager: Person) -> None:
    message = is_told(teams_office, MANAGER, Button(label="Enter one", does="action.add", form={AGAIN: "yes"}))
    presses(teams_office, manager, message, "Enter one")
    assert "title" in blanks(open_before(manager))


def test_what_is_sent_in_is_done_and_the_outcome_takes_the_place_of_the_form(
    teams_office: TeamsOffice, manager: Person
) -> None:
    the_form(teams_office, manager)
    sends_in(teams_office, manager, ACTION)
    assert "Action 1 is entered" in rendered(open_before(manager))
    assert times_done(teams_office, "action.add") == 1


def test_mistakes_stand_beside_their_fields_and_nothing_typed_is_lost(
    teams_office: TeamsOffice, manager: Person
) -> None:
    the_form(teams_office, manager)
    sends_in(teams_office, manager, ACTION | {"due": "32 January"})
    lines = rendered(open_before(manager)).splitlines()
    wrong = next(number for number, line in enumerate(lines) if "Please look" in line)
    assert "By when" in lines[wrong + 1]
    text = "\n".join(lines)
    assert "Write the protocol" in text and "32 January" in text
    sends_in(teams_office, manager, {"due": "8 January 2027"})
    assert times_done(teams_office, "action.add") == 1


def test_what_was_refused_is_there_again_when_the_form_is_opened_anew(
    teams_office: TeamsOffice, manager: Person
) -> None:
    the_form(teams_office, manager)
    sends_in(teams_office, manager, ACTION | {"due": "32 January"})
    manager.closes(open_before(manager))
    teams_office.begins_anew()
    teams_office.listens()
    again = rendered(the_form(teams_office, manager))
    assert "Write the protocol" in again and "stands here again" in again
    sends_in(teams_office, manager, {"due": "8 January 2027"})
    assert times_done(teams_office, "action.add") == 1
    manager.closes(open_before(manager))
    assert "Write the protocol" not in rendered(the_form(teams_office, manager))


def test_a_long_form_goes_over_several_pages_and_is_there_again_when_it_was_left(
    teams_office: TeamsOffice, manager: Person
) -> None:
    teams_office.teams.showing.blanks_a_page = 2
    the_form(teams_office, manager)
    sends_in(teams_office, manager, {name: ACTION[name] for name in ("title", "owner")})
    assert blanks(open_before(manager)) == ["due"] and "Page 2 of 2" in rendered(open_before(manager))
    assert times_done(teams_office, "action.add") == 0
    manager.closes(open_before(manager))

    first = the_form(teams_office, manager)
    assert ACTION["title"] in rendered(first) and "stands here again" in rendered(first)
    sends_in(teams_office, manager, {})
    sends_in(teams_office, manager, {"due": "32 January"})
    assert blanks(open_before(manager)) == ["due"]
    sends_in(teams_office, manager, {"due": ACTION["due"]})
    assert "Action 1 is entered" in rendered(open_before(manager)) and ACTION["title"] in rendered(open_before(manager))
    assert times_done(teams_office, "action.add") == 1


def test_a_mistake_on_an_earlier_page_shows_that_page(teams_office: TeamsOffice, manager: Person) -> None:
    teams_office.teams.showing.blanks_a_page = 2
    the_form(teams_office, manager)
    sends_in(teams_office, manager, {"title": ACTION["title"], "owner": "Nobody of that name"})
    sends_in(teams_office, manager, {"due": ACTION["due"]})
    assert blanks(open_before(manager)) == ["title", "owner"]
    assert "Please look" in rendered(open_before(manager))


def test_leaving_closes_the_dialog_and_changes_nothing(teams_office: TeamsOffice, manager: Person) -> None:
    dialog = the_form(teams_office, manager)
    done(teams_office, manager.submits(dialog, label="Leave it"))
    assert manager.dialog() is None
    assert times_done(teams_office, "action.add") == 0


def test_a_form_whose_outcome_is_shown_first_is_done_by_the_button_there(
    teams_office: TeamsOffice, manager: Person
) -> None:
    the_form(teams_office, manager, "meeting cancel")
    sends_in(teams_office, manager, {"group": "executive", "because": "Nobody can come"})
    shown = open_before(manager)
    assert "This is what would change" in rendered(shown)
    assert times_done(teams_office, "meeting.cancel") == 0
    manager.closes(shown)

    assert "Nobody can come" in rendered(the_form(teams_office, manager, "meeting cancel"))
    sends_in(teams_office, manager, {})
    done(teams_office, manager.submits(open_before(manager), label="Confirm cancellation"))
    assert times_done(teams_office, "meeting.cancel") == 1
    manager.closes(open_before(manager))
    assert "Nobody can come" not in rendered(the_form(teams_office, manager, "meeting cancel"))


def test_what_was_typed_into_a_form_is_kept_sealed(teams_office: TeamsOffice, manager: Person) -> None:
    the_form(teams_office, manager)
    sends_in(teams_office, manager, ACTION | {"title": "Ask about capybaras", "due": "32 January"})
    assert "capybaras" not in everything_stored(teams_office)


@pytest.mark.parametrize("blanks_a_page", [40, 2], ids=["one page", "two pages"])
def test_an_nhs_number_is_not_kept_with_the_rest_of_the_form(
    teams_office: TeamsOffice, manager: Person, blanks_a_page: int
) -> None:
    teams_office.teams.showing.blanks_a_page = blanks_a_page
    dialog = the_form(teams_office, manager)
    typed = ACTION | {"title": f"Ask about {NHS_NUMBER}"}
    sends_in(teams_office, manager, {name: typed[name] for name in blanks(dialog)})
    manager.closes(open_before(manager))
    again = rendered(the_form(teams_office, manager))
    assert ACTION["owner"] in again
    assert NHS_NUMBER not in again


def test_an_outcome_too_long_for_a_dialog_comes_to_the_personal_chat(
    teams_office: TeamsOffice, manager: Person
) -> None:
    for number in range(60):
        title = f"Write down number {number}, " + "which is a long thing to do " * 12
        teams_office.office.done(MANAGER, "action.add", title=title, owner="designated-nurse", due="2027-01-08")
    before = len(manager.told())
    shows = Button(label="Show them", does="say", form={"line": "action list"})
    message = is_told(teams_office, MANAGER, shows)
    data = message.cards[0]["body"][-1]["actions"][0]["data"]
    answer = done(teams_office, manager.invokes("task/fetch", {"data": data}))
    assert "comes to you as a message" in str(answer.body)
    text = "\n".join(rendered(one) for one in manager.told()[before:])
    assert "number 0," in text and "number 59," in text


def test_a_form_whose_handling_broke_is_there_again_with_all_that_was_typed(tmp_path: Path) -> None:
    stumbles = Stumbles()
    with people_talking(tmp_path, point=stumbles) as teams_office:
        manager = teams_office.user(MANAGER)
        the_form(teams_office, manager)
        stumbles.times = 1
        sends_in(teams_office, manager, ACTION)
        assert "Something went wrong" in rendered(open_before(manager))
        manager.closes(open_before(manager))
        assert ACTION["title"] in rendered(the_form(teams_office, manager))


def test_rights_are_asked_when_a_form_is_opened_and_when_it_is_sent_in(teams_office: TeamsOffice) -> None:
    nurse = teams_office.user(NURSE)
    data = {"convenor": {"does": "people.enter", "form": {AGAIN: "yes", "in": "ourshire"}}, "where": "told"}
    before = times_done(teams_office, "people.enter")
    opened = teams_office.shown(nurse.invokes("task/fetch", {"data": data}))
    filled = {"email": "new@ourshire.invalid", "name": "Successor", "post": "Head Teacher"}
    carried = {"does": "people.enter", "form": {"in": "ourshire"}, "page": 0, "of": 1, "blanks": list(filled)}
    sent = {"convenor": carried, "where": "dialog", **{f"b.{name}": value for name, value in filled.items()}}
    answer = teams_office.shown(nurse.invokes("task/submit", {"data": sent}))
    assert times_done(teams_office, "people.enter") == before
    assert "This can be done by the business manager" in str(opened.body) + str(answer.body)


def test_a_form_left_open_for_a_day_can_still_be_sent_in(teams_office: TeamsOffice, manager: Person) -> None:
    the_form(teams_office, manager)
    teams_office.office.now += timedelta(days=1)
    sends_in(teams_office, manager, ACTION)
    assert times_done(teams_office, "action.add") == 1


def test_every_button_in_a_dialog_is_one_that_a_dialog_takes(teams_office: TeamsOffice, manager: Person) -> None:
    kinds = {str(one["type"]) for one in all_actions(the_form(teams_office, manager, "meeting cancel").card)}
    sends_in(teams_office, manager, {"group": "executive"})
    kinds |= {str(one["type"]) for one in all_actions(open_before(manager).card)}
    assert kinds == {"Action.Submit"}


def all_actions(card: object) -> list[dict[str, object]]:
    """Every button in a card."""
    if isinstance(card, list):
        return [one for part in card for one in all_actions(part)]
    if not isinstance(card, dict):
        return []
    own = [card] if str(card.get("type", "")).startswith("Action.") else []
    return own + [one for part in card.values() for one in all_actions(part)]
