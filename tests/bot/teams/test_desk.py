"""What people type and press in Teams, over real HTTP both ways: answered in their own chat, once, and kept safe."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.teams.desk import ANSWERED, NO_CHAT, NOT_SHOWN
from commands.saying import SAY
from storage.records import conversations, people
from storage.records.message import Button, Message
from tests.standins.teams import Answer, Person, buttons, rendered

from .offices import TeamsOffice
from .talking import (
    ACTION,
    ENTERS,
    MANAGER,
    NURSE,
    Stumbles,
    done,
    every_logger_turned_up,
    everything_stored,
    is_told,
    people_talking,
    presses,
    sends_in,
    the_form,
    times_done,
    types,
)

DANGER = "my daughter Zinnia is being hurt by her quokka"
SECRETS = ("Zinnia", "quokka")
LOOKS = Button(label="What I owe", does=SAY, form={"line": "me"})


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


def said_in(teams_office: TeamsOffice, who: Person) -> list[str]:
    """What the bot has said in the channel, as somebody sees it."""
    return [rendered(one) for one in who.sees_in(teams_office.channel)]


# What is typed


def test_a_line_in_the_personal_chat_is_answered_there(teams_office: TeamsOffice, manager: Person) -> None:
    answer = types(teams_office, manager, "meeting next")
    (message,) = manager.told()
    assert "The next meetings" in rendered(message)
    assert [one.id for one in answer.messages] == [message.id]


def test_a_mention_is_answered_in_the_personal_chat_and_the_thread_says_only_that(
    teams_office: TeamsOffice, manager: Person
) -> None:
    answer = done(teams_office, manager.mentions(teams_office.channel, "meeting next"))
    (own,) = manager.told()
    (there,) = manager.sees_in(teams_office.channel)
    assert "The next meetings" in rendered(own)
    assert rendered(there) == ANSWERED
    assert there.thread and there.thread == teams_office.standin.sent[-1]["id"]
    assert len(answer.messages) == 2


def test_a_slash_command_is_told_so_to_its_writer_alone(teams_office: TeamsOffice, manager: Person) -> None:
    done(teams_office, manager.slashes(teams_office.channel, "meeting next"))
    assert "The next meetings" in rendered(manager.told()[-1])
    (there,) = manager.sees_in(teams_office.channel)
    assert there.targeted and rendered(there) == ANSWERED
    assert said_in(teams_office, teams_office.user(NURSE)) == []


def test_where_no_targeted_message_is_taken_nothing_is_said_instead(teams_office: TeamsOffice, manager: Person) -> None:
    teams_office.standin.faults.next(status=400, code="BadArgument", route="targeted")
    teams_office.shown(manager.slashes(teams_office.channel, "meeting next"))
    assert "The next meetings" in rendered(manager.told()[-1])
    assert said_in(teams_office, manager) == []


def test_who_cannot_be_reached_is_told_how_to_begin_and_nothing_is_done(teams_office: TeamsOffice) -> None:
    manager = teams_office.user(MANAGER)
    manager.record.installed = False
    done(teams_office, manager.mentions(teams_office.channel, ENTERS))
    assert said_in(teams_office, manager) == [NO_CHAT]
    assert times_done(teams_office, "action.add") == 0


def test_who_has_taken_the_app_away_meanwhile_is_told_that_it_came_in(
    teams_office: TeamsOffice, manager: Person
) -> None:
    types(teams_office, manager, "me")
    manager.record.installed = False
    done(teams_office, manager.mentions(teams_office.channel, "meeting next"))
    assert said_in(teams_office, manager) == [NOT_SHOWN]


def test_in_a_channel_a_child_in_danger_is_answered_where_it_was_written(
    teams_office: TeamsOffice, manager: Person
) -> None:
    done(teams_office, manager.mentions(teams_office.channel, DANGER))
    (there,) = said_in(teams_office, manager)
    assert "999" in there
    manager.record.installed = False
    teams_office.begins_anew()
    teams_office.listens()
    done(teams_office, manager.mentions(teams_office.channel, DANGER))
    assert all("999" in one for one in said_in(teams_office, manager))


def test_an_answer_for_which_teams_asked_to_wait_comes_later(teams_office: TeamsOffice, manager: Person) -> None:
    teams_office.standin.faults.next(status=429, retry_after=1)
    types(teams_office, manager, "meeting next")
    assert len(manager.told()) == 1


def test_an_answer_that_teams_has_for_good_refused_is_left_and_logged_without_a_word_of_it(
    teams_office: TeamsOffice, manager: Person, caplog: pytest.LogCaptureFixture
) -> None:
    teams_office.standin.faults.next(status=400, code="BadSyntax")
    types(teams_office, manager, "meeting next")
    assert manager.told() == []
    (line,) = [record for record in caplog.records if "could not be shown" in record.getMessage()]
    assert line.__dict__["error"] == "400 BadSyntax"
    assert "meetings" not in caplog.text


def test_a_long_answer_comes_as_several_cards_with_its_buttons_on_the_last(
    teams_office: TeamsOffice, manager: Person
) -> None:
    text = "\n".join(f"Line {n}: {'so it is ' * 20}" for n in range(300))
    long = Message(title="A word", text=text, buttons=(LOOKS,))
    cards = teams_office.teams.showing.words(long, "answer", "1")
    place = teams_office.teams.reaching.place_of(teams_office.tenant.id, manager.id)
    teams_office.teams.showing.post(lambda: place, cards, long.title)
    teams_office.shown(manager.begins())
    *first, last = manager.told()
    assert len(first) >= 1
    assert buttons(last) == ["What I owe"] and not any(buttons(one) for one in first)


def test_four_thousand_pasted_characters_are_refused_kindly(teams_office: TeamsOffice, manager: Person) -> None:
    types(teams_office, manager, "action add " + "x" * 4000)
    assert "longer than" in rendered(manager.told()[-1])


def test_a_file_is_not_taken_and_the_bot_says_so(teams_office: TeamsOffice, manager: Person) -> None:
    file = {"contentType": "application/vnd.microsoft.teams.file.download.info", "name": "papers.pdf", "content": {}}
    said = teams_office.standin.message(manager, "")
    teams_office.standin.post(said | {"attachments": [*said["attachments"], file]})
    teams_office.shown(manager.begins())
    assert "Files are not taken here" in rendered(manager.told()[-1])


# What is pressed


def test_a_button_of_an_answer_is_answered_in_its_place_for_good(teams_office: TeamsOffice, manager: Person) -> None:
    answer = types(teams_office, manager, "meeting move practice 24 February 2027")
    pressed = presses(teams_office, manager, answer, "Leave it")
    assert pressed.replaced is not None
    (message,) = manager.told()
    assert "Left as it was" in rendered(message)
    assert message.edited == 1
    assert message.id == answer.messages[0].id


def test_a_button_of_a_message_that_was_told_is_answered_below_it_and_the_message_stays(
    teams_office: TeamsOffice, manager: Person
) -> None:
    message = is_told(teams_office, MANAGER, LOOKS)
    pressed = presses(teams_office, manager, message, "What I owe")
    assert pressed.replaced is None and pressed.toast is not None
    still, answer = manager.told()
    assert rendered(still) == rendered(message)
    assert "Your posts" in rendered(answer)
    assert pressed.toast.text in rendered(answer)


def test_a_button_that_leads_to_a_form_without_having_said_so_gives_it_in_the_chat(
    teams_office: TeamsOffice, manager: Person
) -> None:
    teams_office.teams.showing.opens = lambda _does, _form: False
    answer = types(teams_office, manager, "action add")
    presses(teams_office, manager, answer, "Fill in a form")
    assert manager.dialog() is None
    wrong = done(teams_office, manager.sends(manager.told()[-1], "Enter", ACTION | {"due": "32 January"}))
    assert wrong.replaced is not None and "32 January" in rendered(wrong.replaced)
    done(teams_office, manager.sends(manager.told()[-1], "Enter", {"due": "8 January 2027"}))
    assert "Action 1 is entered" in rendered(manager.told()[-1])
    assert times_done(teams_office, "action.add") == 1
    assert len(manager.told()) == 1


def test_a_button_may_carry_more_than_a_card_takes(teams_office: TeamsOffice, manager: Person) -> None:
    line = "action add " + "Write the protocol " * 130 + "for Designated Nurse by 8 January 2027"
    message = is_told(teams_office, MANAGER, Button(label="Enter it", does=SAY, form={"line": line}))
    presses(teams_office, manager, message, "Enter it")
    assert times_done(teams_office, "action.add") == 1


def test_a_button_that_is_too_old_says_so(teams_office: TeamsOffice, manager: Person) -> None:
    line = "action add " + "Write the protocol " * 130 + "for Designated Nurse by 8 January 2027"
    message = is_told(teams_office, MANAGER, Button(label="Enter it", does=SAY, form={"line": line}))
    teams_office.office.now += timedelta(days=31)
    pressed = presses(teams_office, manager, message, "Enter it")
    assert "can no longer be pressed" in rendered(manager.told()[-1])
    assert pressed.toast is not None and "can no longer be pressed" in pressed.toast.text
    assert times_done(teams_office, "action.add") == 0


MADE_UP: list[dict[str, object]] = [
    {},
    {"convenor": "no"},
    {"convenor": {"does": 5, "form": {}}},
    {"convenor": {"does": "action.add", "form": {"title": ["a list"]}}},
    {"convenor": {"kept": "../../etc"}},
    {"convenor": {"does": "no.such.action", "form": {}}, "where": "answer"},
    {"convenor": {"does": "workspace.end", "form": {"door": "teams"}}, "where": "elsewhere"},
]


@pytest.mark.parametrize("name", ["adaptiveCard/action", "task/fetch", "task/submit"])
def test_whatever_a_client_makes_up_is_answered_in_words_and_changes_nothing(
    teams_office: TeamsOffice, manager: Person, name: str
) -> None:
    for data in MADE_UP:
        execute = {"action": {"type": "Action.Execute", "verb": "x", "data": data}}
        before = len(manager.told())
        answer = teams_office.shown(manager.invokes(name, execute if name == "adaptiveCard/action" else {"data": data}))
        assert answer.status == 200
        shown = str(answer.body) + "".join(teams_office.told(MANAGER)[before:])
        assert "can no longer be pressed" in shown, data


def test_an_invoke_that_nobody_knows_is_not_taken_and_other_activities_are_left_alone(
    teams_office: TeamsOffice, manager: Person
) -> None:
    standin = teams_office.standin
    assert standin.odd("unknown invoke", manager).status == 501
    kinds = ("typing", "reaction", "unknown type", "unknown event", "message changed", "add-upgrade", "remove-upgrade")
    for kind in kinds:
        assert standin.odd(kind, manager).status == 200, kind
    teams_office.shown(manager.begins())
    assert manager.told() == []


def test_a_press_that_comes_as_a_message_is_answered_below(teams_office: TeamsOffice, manager: Person) -> None:
    said = teams_office.standin.message(manager, "")
    value = {"convenor": {"does": SAY, "form": {"line": "me"}}, "where": "told"}
    teams_office.standin.post(said | {"value": value, "replyToId": "1"})
    teams_office.shown(manager.begins())
    assert "Your posts" in rendered(manager.told()[-1])


# Home


def test_home_comes_to_the_bottom_of_the_chat_and_the_old_one_goes(teams_office: TeamsOffice, manager: Person) -> None:
    types(teams_office, manager, "home")
    teams_office.deliver()
    (first,) = manager.told()
    assert "Asked of you now" in rendered(first)
    types(teams_office, manager, "me")
    types(teams_office, manager, "Home")
    teams_office.deliver()
    answer, home = manager.told()
    assert "Your posts" in rendered(answer)
    assert "Asked of you now" in rendered(home)
    assert home.id != first.id


def test_who_asks_for_their_home_has_spoken_there(teams_office: TeamsOffice, manager: Person) -> None:
    types(teams_office, manager, "home")
    with teams_office.office.reading() as scope:
        known = people.identities(scope.session, teams_office.office.person("business-manager"))
        assert [each.spoke_at is not None for each in known if each.door == "teams"] == [True]


def test_a_home_is_kept_true_where_it_stands_now(teams_office: TeamsOffice, manager: Person) -> None:
    for _ in range(2):
        types(teams_office, manager, "home")
        teams_office.deliver()
    (before,) = manager.told()
    teams_office.office.done(MANAGER, "partnership.pause")
    assert teams_office.homes.keep(teams_office.office.now) == 1
    teams_office.office.done(MANAGER, "partnership.resume")
    teams_office.office.now += timedelta(days=1)
    teams_office.homes.keep(teams_office.office.now)
    teams_office.deliver()
    (after,) = [one for one in manager.told() if one.id == before.id]
    assert after.edited


def test_home_in_a_channel_comes_to_the_personal_chat(teams_office: TeamsOffice, manager: Person) -> None:
    done(teams_office, manager.mentions(teams_office.channel, "home"))
    teams_office.deliver()
    assert "Asked of you now" in rendered(manager.told()[-1])
    assert said_in(teams_office, manager) == [ANSWERED]


def test_a_stranger_who_asks_for_home_gets_help(teams_office: TeamsOffice) -> None:
    stranger = teams_office.tenant.person("A stranger", "stranger@elsewhere.example")
    types(teams_office, stranger, "home")
    assert "We do not know you here" in rendered(stranger.told()[-1])


# Coming and going


def test_who_puts_the_app_into_their_chat_finds_their_home_there(teams_office: TeamsOffice, manager: Person) -> None:
    manager.installs()
    teams_office.shown(manager.begins())
    teams_office.deliver()
    assert ["Asked of you now" in one for one in teams_office.told(MANAGER)] == [True]


def test_who_takes_the_app_away_is_told_by_mail_until_they_come_back(teams_office: TeamsOffice) -> None:
    nurse, manager = teams_office.user(NURSE), teams_office.user(MANAGER)
    types(teams_office, nurse, "me")
    types(teams_office, manager, "me")
    nurse.uninstalls()
    teams_office.says(NURSE, "Bring your diary")
    teams_office.deliver()
    assert "A word" in teams_office.mailed(NURSE)
    assert any("the app was removed for this person" in one for one in teams_office.told(MANAGER))
    assert identity_of(teams_office, NURSE).gone

    nurse.installs()
    teams_office.says(NURSE, "Bring your papers")
    teams_office.deliver()
    assert any("Bring your papers" in one for one in teams_office.told(NURSE))


def test_an_update_of_the_app_changes_nothing(teams_office: TeamsOffice) -> None:
    nurse = teams_office.user(NURSE)
    types(teams_office, nurse, "me")
    for kind in ("remove-upgrade", "add-upgrade"):
        teams_office.standin.odd(kind, nurse)
    assert not identity_of(teams_office, NURSE).gone
    teams_office.says(NURSE, "Bring your diary")
    teams_office.deliver()
    assert any("Bring your diary" in one for one in teams_office.told(NURSE))


def test_a_team_that_takes_the_app_away_is_forgotten(teams_office: TeamsOffice, manager: Person) -> None:
    done(teams_office, manager.mentions(teams_office.channel, "me"))
    assert reached(teams_office, teams_office.channel)
    teams_office.tenant.removes_app(teams_office.channel)
    assert not reached(teams_office, teams_office.channel)


def identity_of(teams_office: TeamsOffice, post: str) -> people.Identity:
    """The account of whoever is in a post."""
    with teams_office.office.reading() as scope:
        (found,) = people.identities(scope.session, teams_office.office.person(post))
        scope.session.expunge(found)
        return found


def reached(teams_office: TeamsOffice, place: str) -> bool:
    with teams_office.office.reading() as scope:
        return conversations.find(scope.session, "teams", teams_office.tenant.id, place) is not None


# Strangers

Enters = Callable[[TeamsOffice, Person, str], Answer]

WAYS_IN: dict[str, Enters] = {
    "personal chat": lambda office, who, line: who.types(line),
    "mention": lambda office, who, line: who.mentions(office.channel, line),
    "slash": lambda office, who, line: who.slashes(office.channel, line),
}


@pytest.mark.parametrize("way", WAYS_IN)
def test_a_stranger_gets_help_and_nothing_else(teams_office: TeamsOffice, way: str) -> None:
    stranger = teams_office.tenant.person("A stranger", "stranger@elsewhere.example")
    done(teams_office, WAYS_IN[way](teams_office, stranger, "meeting list"))
    text = rendered(stranger.told()[-1])
    assert "We do not know you here" in text
    assert "ring 999" in text
    assert "Executive" not in text


def test_who_has_no_id_in_entra_is_a_stranger_wherever_they_write(teams_office: TeamsOffice) -> None:
    tenant = teams_office.tenant
    nobody = tenant.user(tenant.add_user("Somebody", "somebody@ourshire.example", has_aad=False))
    types(teams_office, nobody, "meeting list")
    assert "We do not know you here" in rendered(nobody.told()[-1])
    done(teams_office, nobody.mentions(teams_office.channel, "meeting list"))
    assert said_in(teams_office, nobody) == [NO_CHAT]


def test_a_strangers_presses_and_forms_get_help_and_nothing_else(teams_office: TeamsOffice) -> None:
    stranger = teams_office.tenant.person("A stranger", "stranger@elsewhere.example")
    data = {"convenor": {"does": SAY, "form": {"line": "meeting list", "in": "ourshire"}}, "where": "told"}
    pressed = {"action": {"type": "Action.Execute", "verb": SAY, "data": data}}
    teams_office.shown(stranger.invokes("adaptiveCard/action", pressed))
    opened = stranger.invokes("task/fetch", {"data": data})
    for text in (rendered(stranger.told()[-1]), str(opened.body)):
        assert "We do not know you here" in text
        assert "Executive" not in text


def test_somebody_whose_post_ends_while_a_form_is_open_sends_nothing_in(teams_office: TeamsOffice) -> None:
    nurse = teams_office.user(NURSE)
    the_form(teams_office, nurse)
    teams_office.office.done(MANAGER, "people.leave", post=NURSE, until="2027-01-04")
    teams_office.office.now += timedelta(days=1)
    sends_in(teams_office, nurse, ACTION | {"owner": "Head Teacher"})
    assert "We do not know you here" in rendered(nurse.dialog())
    assert times_done(teams_office, "action.add") == 0


# Danger


def in_a_form(office: TeamsOffice, who: Person, line: str) -> Answer:
    return who.submits(the_form(office, who), ACTION | {"title": line})


@pytest.mark.parametrize("way", [*WAYS_IN, "form"])
def test_whoever_writes_of_a_child_in_danger_is_told_to_ring_and_nothing_is_kept_or_logged(
    teams_office: TeamsOffice, manager: Person, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    with every_logger_turned_up():
        answer = done(teams_office, (WAYS_IN | {"form": in_a_form})[way](teams_office, manager, DANGER))
        assert "ring 999" in rendered([*answer.messages, *answer.everything()])
        stored = everything_stored(teams_office)
    logged = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert not [word for word in SECRETS if word in stored or word in logged]


def test_nothing_that_people_write_reaches_a_log(
    teams_office: TeamsOffice, manager: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with every_logger_turned_up():
        types(teams_office, manager, "action add Ask about capybaras for Designated Nurse by 32 January")
        the_form(teams_office, manager)
        sends_in(teams_office, manager, ACTION | {"title": "Ask about capybaras", "due": "never"})
        done(teams_office, manager.mentions(teams_office.channel, "action add Ask about capybaras"))
    logged = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "capybaras" not in logged
    assert teams_office.standin.token() not in logged


# Once


def test_a_message_that_comes_twice_is_answered_once(teams_office: TeamsOffice, manager: Person) -> None:
    done(teams_office, manager.types(ENTERS, twice=True))
    assert times_done(teams_office, "action.add") == 1
    assert len(manager.told()) == 1


def test_a_message_that_comes_again_to_another_life_of_the_bot_is_answered_once(
    teams_office: TeamsOffice, manager: Person
) -> None:
    said = teams_office.standin.message(manager, ENTERS)
    teams_office.standin.post(said)
    teams_office.shown(manager.begins())
    teams_office.closes()
    teams_office.begins_anew()
    teams_office.listens()
    teams_office.office.now += timedelta(minutes=5)
    assert teams_office.standin.post(said)[0] == 200
    teams_office.shown(manager.begins())
    assert len(manager.told()) == 1


def test_a_double_press_counts_once(teams_office: TeamsOffice, manager: Person) -> None:
    message = is_told(teams_office, MANAGER, Button(label="Enter it", does=SAY, form={"line": ENTERS}))
    done(teams_office, manager.presses(message, "Enter it", twice=True))
    presses(teams_office, manager, message, "Enter it")
    assert times_done(teams_office, "action.add") == 1
    assert all("Action 1 is entered" in one for one in teams_office.told(MANAGER)[1:])


def test_a_form_that_is_sent_in_twice_counts_once(teams_office: TeamsOffice, manager: Person) -> None:
    dialog = the_form(teams_office, manager)
    sends_in(teams_office, manager, ACTION)
    teams_office.standin.dialogs[manager.key] = dialog
    sends_in(teams_office, manager, ACTION)
    assert times_done(teams_office, "action.add") == 1


def test_a_button_that_stands_there_again_after_something_else_counts_anew(
    teams_office: TeamsOffice, manager: Person
) -> None:
    press = Button(label="Enter it", does=SAY, form={"line": ENTERS})

    def says(text: str) -> None:
        words = Message(title="A word", text=text, buttons=(press,))
        teams_office._stores(MANAGER, words, "live", live=True)
        teams_office.office.now += timedelta(minutes=1)
        teams_office.deliver()

    for number, text in enumerate(("First", "Second", "First", "Second"), 1):
        says(text)
        message = next(one for one in manager.told() if buttons(one) == ["Enter it"])
        assert f"{text}" in rendered(message)
        for _ in range(2):
            presses(teams_office, manager, message, "Enter it")
        assert times_done(teams_office, "action.add") == number


def test_a_press_in_the_one_place_of_a_trial_is_answered_in_the_pressers_own_chat(tmp_path: Path) -> None:
    with people_talking(tmp_path, sandbox=True) as teams_office:
        manager, nurse = teams_office.user(MANAGER), teams_office.user(NURSE)
        teams_office.sends(NURSE, Message(title="A word", text="Have a look", buttons=(LOOKS,)))
        teams_office.deliver()
        (message,) = manager.sees_in(teams_office.channel)
        pressed = presses(teams_office, manager, message, "What I owe")
        assert pressed.replaced is None and pressed.toast is not None
        assert "Your posts" in rendered(manager.told()[-1])
        assert nurse.told() == [] and len(nurse.sees_in(teams_office.channel)) == 1


# Failures of our own


def test_a_failure_inside_gives_a_number_and_changes_nothing(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    stumbles = Stumbles()
    with people_talking(tmp_path, point=stumbles) as teams_office:
        stumbles.times = 1
        types(teams_office, teams_office.user(MANAGER), ENTERS)
        text = teams_office.told(MANAGER)[-1]
        assert "Something went wrong on our side" in text
        number = text.split("this number: ")[1].split()[0]
        assert any(getattr(record, "error", "") == number for record in caplog.records)
        assert "capybaras" not in caplog.text
        assert times_done(teams_office, "action.add") == 0


def test_a_message_whose_handling_broke_is_done_once_when_it_comes_again(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    stumbles = Stumbles()
    with people_talking(tmp_path, known=False, point=stumbles) as teams_office:
        manager = teams_office.user(MANAGER)
        stumbles.times = 1
        said = teams_office.standin.message(manager, ENTERS)
        assert teams_office.standin.post(said)[0] == 500
        (failed,) = [one for one in caplog.records if "could not be taken" in one.getMessage()]
        assert any("accounts.py" in place for place in failed.__dict__["trace"])
        assert "capybaras" not in caplog.text
        assert teams_office.standin.post(said)[0] == 200
        teams_office.shown(manager.begins())
        assert times_done(teams_office, "action.add") == 1
        assert "Action 1 is entered" in teams_office.told(MANAGER)[-1]


def test_a_silent_teams_is_asked_of_somebody_once_a_minute(tmp_path: Path) -> None:
    with people_talking(tmp_path, known=False, timeout=1) as teams_office:
        manager = teams_office.user(MANAGER)
        teams_office.standin.faults.hang(20, times=None, route="member")
        types(teams_office, manager, "meeting next")
        began = time.monotonic()
        types(teams_office, manager, "meeting next")
        assert time.monotonic() - began < 0.9
        assert len(teams_office.standin.called("GET", "/members/")) == 1
        teams_office.standin.faults.clear()


def test_a_stop_does_not_wait_for_as_long_as_teams_asks_to(tmp_path: Path) -> None:
    with people_talking(tmp_path) as teams_office:
        teams_office.standin.faults.next(status=429, retry_after=10, times=None)
        teams_office.user(MANAGER).types("meeting next")
        teams_office.standin.wait_for(lambda: teams_office.standin.called("POST", "/activities"))
        began = time.monotonic()
        teams_office.teams.stop()
        assert time.monotonic() - began < 8
