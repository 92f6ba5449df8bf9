"""Whose account is whose: proposed by address, never for guests, strangers or bots; gone and back; two partnerships."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.readers import as_reader
from bot.slack.workspaces import NAME, a_client
from commands.speakers import Speaker
from storage.records import people
from storage.records.people import Identity
from tests.standins.slack import Person, rendered

from .offices import COMMAND, SlackOffice, a_slack_office

NURSE, MANAGER = "designated-nurse", "business-manager"


@pytest.fixture
def slack_office() -> Iterator[SlackOffice]:
    """Nobody is known yet when it opens; the people themselves are in the workspace."""
    with a_slack_office(known=False, socket=True) as opened:
        yield opened


def known(slack_office: SlackOffice, post: str) -> list[Identity]:
    """The accounts of whoever is in a post."""
    with slack_office.office.reading() as scope:
        found = people.identities(scope.session, slack_office.office.person(post))
        scope.session.expunge_all()
        return found


def somebody_enters(slack_office: SlackOffice, email: str, post: str = "head-teacher") -> None:
    """Somebody new is entered in a post, as a deputy."""
    slack_office.office.done(
        "administrator", "people.enter", name="Successor", email=email, post=post, capacity="deputy"
    )


def accounts_of(slack_office: SlackOffice, email: str) -> list[str]:
    """The users for whom somebody with an address is taken."""
    with slack_office.office.reading() as scope:
        return [one.user for one in people.identities(scope.session, people.person_id(email))]


# By address


def test_everybody_in_a_post_is_proposed_by_address_and_welcomed_once(slack_office: SlackOffice) -> None:
    slack_office.deliver()
    for post in (NURSE, MANAGER):
        assert [(one.user, one.state) for one in known(slack_office, post)] == [
            (slack_office.user(post).id, "proposed")
        ]
        assert len(slack_office.told(post)) == 1
    slack_office.slack.look_round()
    slack_office.begins_anew()
    slack_office.deliver()
    assert len(slack_office.told(NURSE)) == 1


def test_the_case_of_an_address_does_not_matter(slack_office: SlackOffice) -> None:
    user = slack_office.workspace.add_user("Successor", "New.Head@Ourshire.EXAMPLE")
    somebody_enters(slack_office, "new.head@ourshire.example")
    slack_office.slack.look_round()
    assert accounts_of(slack_office, "new.head@ourshire.example") == [user]


@pytest.mark.parametrize(
    "what",
    [{"guest": "single"}, {"guest": "multi"}, {"stranger": True}, {"bot": True}, {"deleted": True}],
    ids=["single-channel guest", "multi-channel guest", "Slack Connect", "bot", "deactivated"],
)
def test_no_guest_stranger_or_bot_is_taken_for_anybody(slack_office: SlackOffice, what: dict[str, object]) -> None:
    user = slack_office.workspace.add_user("Successor", "new@ourshire.example", **what)  # type: ignore[arg-type]
    somebody_enters(slack_office, "new@ourshire.example")
    slack_office.slack.look_round()
    if what.keys().isdisjoint({"deleted", "bot"}):
        writes(slack_office, slack_office.workspace.user(user), "me")
    assert accounts_of(slack_office, "new@ourshire.example") == []


def test_whose_address_slack_has_not_confirmed_is_taken_for_nobody() -> None:
    user = {"id": "U1", "team_id": "T1", "profile": {"email": "new@ourshire.example"}}
    assert as_reader(user, "T1").own
    assert as_reader({**user, "is_email_confirmed": True}, "T1").own
    assert not as_reader({**user, "is_email_confirmed": False}, "T1").own


def test_somebody_whom_slack_finds_by_another_address_is_not_taken_for_the_one_looked_for(
    slack_office: SlackOffice,
) -> None:
    class Alias(str):
        """An address that Slack finds, and tells another of."""

        def casefold(self) -> str:
            return "new@ourshire.example"

    user = slack_office.workspace.add_user("Somebody else", "else@ourshire.example")
    slack_office.workspace.users[user].email = Alias("else@ourshire.example")
    somebody_enters(slack_office, "new@ourshire.example")
    slack_office.slack.look_round()
    assert slack_office.standin.called("users.lookupByEmail")
    assert accounts_of(slack_office, "new@ourshire.example") == []


def test_a_second_account_with_the_same_address_is_nobodys(slack_office: SlackOffice) -> None:
    second = slack_office.workspace.person("Designated Nurse", slack_office.workspace.users[nurse(slack_office)].email)
    answer = writes(slack_office, second, "me")
    assert "Your posts" not in answer
    assert [one.user for one in known(slack_office, NURSE)] == [nurse(slack_office)]


def nurse(slack_office: SlackOffice) -> str:
    return slack_office.user(NURSE).id


def test_without_the_permission_to_see_addresses_nobody_is_proposed_and_nothing_breaks() -> None:
    with a_slack_office(known=False) as slack_office:
        assert known(slack_office, NURSE)
    with a_slack_office(known=False, lacks={"users:read.email", "users:read"}) as slack_office:
        assert known(slack_office, NURSE) == []


# Who writes for the first time


def writes(slack_office: SlackOffice, who: Person, line: str) -> str:
    """The answer to a command."""
    return slack_office.shown(who.types_command(COMMAND, line)).text


def test_somebody_who_writes_before_they_were_looked_for_is_known_at_once(slack_office: SlackOffice) -> None:
    newcomer = slack_office.workspace.person("Successor", "new@ourshire.example")
    somebody_enters(slack_office, "new@ourshire.example")
    assert "Your posts" in writes(slack_office, newcomer, "me")


def test_a_stranger_is_asked_for_at_slack_once(slack_office: SlackOffice) -> None:
    stranger = slack_office.workspace.person("A stranger", "stranger@elsewhere.example")
    for _ in range(3):
        assert "Your posts" not in writes(slack_office, stranger, "me")
    asked = [call for call in slack_office.standin.called("users.info") if call.params["user"] == stranger.id]
    assert len(asked) == 1


def test_slack_down_at_the_first_line_is_asked_again_at_the_next(slack_office: SlackOffice) -> None:
    newcomer = slack_office.workspace.person("Successor", "new@ourshire.example")
    somebody_enters(slack_office, "new@ourshire.example")
    slack_office.standin.faults.answers_without_taking("users.info")
    assert "Your posts" not in writes(slack_office, newcomer, "me")
    slack_office.standin.faults.closes_without_taking("users.info")
    assert "Your posts" not in writes(slack_office, newcomer, "me")
    assert "Your posts" in writes(slack_office, newcomer, "me")


@pytest.mark.parametrize("error", ["ratelimited", "internal_error", "missing_scope"])
def test_what_stops_looking_for_people_stops_nothing_else(slack_office: SlackOffice, error: str) -> None:
    slack_office.standin.faults.refuses("users.lookupByEmail", error)
    somebody_enters(slack_office, "new@ourshire.example")
    user = slack_office.workspace.add_user("Successor", "new@ourshire.example")
    slack_office.slack.look_round()
    slack_office.slack.look_round()
    assert accounts_of(slack_office, "new@ourshire.example") == [user]


def test_a_lost_answer_to_who_has_an_address_is_asked_for_again_at_the_next_look(slack_office: SlackOffice) -> None:
    user = slack_office.workspace.add_user("Successor", "new@ourshire.example")
    somebody_enters(slack_office, "new@ourshire.example")
    slack_office.standin.faults.closes_after_taking("users.lookupByEmail")
    slack_office.slack.look_round()
    assert accounts_of(slack_office, "new@ourshire.example") == []
    slack_office.slack.look_round()
    assert accounts_of(slack_office, "new@ourshire.example") == [user]


@pytest.mark.parametrize("error", ["invalid_auth", ""])
def test_trouble_with_the_token_of_the_settings_keeps_nobody_from_being_looked_for(
    slack_office: SlackOffice, error: str
) -> None:
    faults = slack_office.standin.faults
    if error:
        faults.refuses("auth.test", error)
    else:
        faults.closes_without_taking("auth.test")
    user = slack_office.workspace.add_user("Successor", "new@ourshire.example")
    somebody_enters(slack_office, "new@ourshire.example")
    slack_office.slack.look_round()
    assert accounts_of(slack_office, "new@ourshire.example") == [user]


# Who leaves, and who comes back


def test_a_leavers_account_is_nobodys_any_more(slack_office: SlackOffice) -> None:
    office = slack_office.office
    leaver = slack_office.user(NURSE)
    office.done(MANAGER, "people.leave", post=NURSE, until="2027-01-05")
    office.tick("2027-01-06 05:00")
    assert "Your posts" not in writes(slack_office, leaver, "me")
    with office.reading() as scope:
        assert people.identity(scope.session, "slack", slack_office.workspace.id, leaver.id) is None


def test_whose_account_was_closed_is_reached_again_once_they_write(slack_office: SlackOffice) -> None:
    slack_office.deliver()
    slack_office.workspace.deactivate_user(nurse(slack_office))
    slack_office.says(NURSE, "First word")
    slack_office.deliver()
    assert slack_office.mailed(NURSE) == ["A word"]
    slack_office.workspace.reactivate_user(nurse(slack_office))
    assert "Your posts" in writes(slack_office, slack_office.user(NURSE), "me")
    slack_office.says(NURSE, "Second word")
    slack_office.deliver()
    assert slack_office.mailed(NURSE) == ["A word"]
    assert "Second word" in slack_office.told(NURSE)[-1]


# Two partnerships


@pytest.fixture
def two() -> Iterator[SlackOffice]:
    """Ourshire's workspace also serves a second partnership, in which the Designated Nurse has a post too."""
    with a_slack_office(socket=True, and_also="gloucestershire") as opened:
        yield opened


def test_who_is_in_two_partnerships_is_asked_by_buttons_which_is_meant(two: SlackOffice) -> None:
    person = two.user(NURSE)
    answer = two.shown(person.types_command(COMMAND, "meeting next"))
    assert "Which partnership is meant?" in answer.text
    assert len(answer.buttons) == 2
    pressed = two.shown(person.presses(answer, "OSCP"))
    assert "The next meetings" in pressed.text
    assert "Practice Group" in pressed.text


def test_a_workspace_that_serves_one_partnership_shows_and_receives_nothing_of_another(tmp_path: Path) -> None:
    with a_slack_office(tmp_path, socket=True, and_also="gloucestershire", served=["ourshire"]) as slack_office:
        person = slack_office.user(NURSE)
        text = writes(slack_office, person, "meeting next")
        assert "The next meetings" in text
        assert "Gloucestershire" not in writes(slack_office, person, "me --in gloucestershire")
        slack_office.says(NURSE, "Not for here", partnership="gloucestershire")
        slack_office.deliver()
        assert slack_office.told(NURSE) == []
        assert slack_office.mailed(NURSE) == ["A word"]
        person.opens_home()
        slack_office.deliver()
        assert "Gloucestershire" not in rendered(person.home())


# Whoever answers in Slack's place


@pytest.fixture
def no_slack() -> Iterator[str]:
    """The address of a server that does not speak HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answers() -> None:
            with contextlib.suppress(OSError):
                while True:
                    asked, _ = listening.accept()
                    with asked:
                        asked.recv(65536)
                        asked.sendall(b"nonsense\r\n")

        thread = threading.Thread(target=answers, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/api/"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def test_what_is_no_slack_stops_no_look_round(slack_office: SlackOffice, no_slack: str) -> None:
    user = slack_office.workspace.add_user("Successor", "new@ourshire.example")
    somebody_enters(slack_office, "new@ourshire.example")
    slack_office.slack.workspaces.api_url = no_slack
    slack_office.slack.look_round()
    assert accounts_of(slack_office, "new@ourshire.example") == [user]


def test_a_stranger_s_home_that_what_is_no_slack_was_to_show_is_logged(
    slack_office: SlackOffice, no_slack: str, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = slack_office.workspace.person("A stranger", "stranger@elsewhere.example")
    speaker = Speaker(NAME, slack_office.workspace.id, stranger.id)
    slack_office.slack.desk.opened_home(a_client("token", no_slack), speaker)
    slack_office.slack.later.submit(lambda: None).result(10)
    assert slack_office.standin.wait_for(lambda: "a home could not be shown" in caplog.text)
