"""What people type and press in Slack, by real Bolt over a real socket: answered in place, counted once, kept safe."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from commands.saying import SAY
from storage.records import ledger
from storage.records.message import Button, Message
from tests.standins.slack import Answer, Person, buttons, rendered

from .offices import COMMAND, SlackOffice, a_slack_office

NURSE, MANAGER = "designated-nurse", "business-manager"
DANGER = "my daughter Zinnia is being hurt by her quokka"
SECRETS = ("Zinnia", "quokka")
ACTION = {"title": "Write the protocol", "owner": "Designated Nurse", "due": "8 January 2027"}


@pytest.fixture(autouse=True)
def _on_a_monday() -> None:
    """In the place of the fixture that stops the clock: here seconds pass."""


@pytest.fixture
def slack_office(tmp_path: Path) -> Iterator[SlackOffice]:
    with a_slack_office(tmp_path, socket=True, clock=time.time, burst=20) as opened:
        opened.standin.post_office.ack_timeout = 10.0
        yield opened


@pytest.fixture
def manager(slack_office: SlackOffice) -> Person:
    return slack_office.user(MANAGER)


def types(slack_office: SlackOffice, who: Person, line: str) -> Answer:
    """Types it after the command."""
    answer = slack_office.shown(who.types_command(COMMAND, line))
    assert not answer.failed, answer.reason
    return answer


def times_done(slack_office: SlackOffice, action: str) -> int:
    """How often the ledger has something as done."""
    with slack_office.office.reading() as scope:
        return sum(entry.action == action for entry in ledger.entries(scope))


def the_form(slack_office: SlackOffice, who: Person) -> None:
    """Opens the form for an action."""
    answer = types(slack_office, who, "action add")
    slack_office.shown(who.presses(answer, "Fill in a form"))
    assert who.modal() is not None


# Answered in its place


def test_a_command_is_answered_to_the_one_who_typed_it_alone(slack_office: SlackOffice, manager: Person) -> None:
    assert "The next meetings" in types(slack_office, manager, "meeting next").text
    assert len(manager.ephemerals()) == 1
    assert list(slack_office.workspace.posted()) == []


def test_a_direct_message_is_answered_there(slack_office: SlackOffice, manager: Person) -> None:
    answer = slack_office.shown(manager.writes_in_dm("meeting next"))
    assert "The next meetings" in answer.text
    assert manager.ephemerals() == []


def test_a_mention_is_answered_to_the_one_who_wrote_it_alone(slack_office: SlackOffice, manager: Person) -> None:
    nurse = slack_office.user(NURSE)
    channel = slack_office.workspace.add_channel("everybody", [manager.id, nurse.id])
    answer = slack_office.shown(manager.mentions_in(channel, "meeting next"))
    assert "The next meetings" in answer.text
    assert len(manager.ephemerals()) == 1
    assert nurse.ephemerals() == []
    assert len(nurse.sees_in(channel)) == 1


def test_an_answer_for_which_slack_asked_to_wait_comes_a_second_later(tmp_path: Path) -> None:
    with a_slack_office(tmp_path, socket=True, clock=time.time, burst=1) as slack_office:
        manager = slack_office.user(MANAGER)
        slack_office.shown(manager.writes_in_dm("meeting next"))
        slack_office.shown(manager.writes_in_dm("meeting list"))
        assert [call.error for call in slack_office.standin.called("chat.postMessage")].count("ratelimited") == 1
        assert len(manager.told()) == 2


def test_a_button_in_a_private_answer_is_answered_in_its_place(slack_office: SlackOffice, manager: Person) -> None:
    answer = types(slack_office, manager, "meeting move practice 24 February 2027")
    slack_office.shown(manager.presses(answer, "Leave it"))
    (private,) = manager.ephemerals()
    assert "Left as it was" in rendered(private)


def test_a_button_in_a_message_is_answered_beside_it(slack_office: SlackOffice, manager: Person) -> None:
    press = Button(label="What I owe", does=SAY, form={"line": "me"})
    slack_office.sends(MANAGER, Message(title="A word", text="Have a look", buttons=(press,)))
    slack_office.deliver()
    (message,) = manager.told()
    answer = slack_office.shown(manager.presses(message, "What I owe"))
    assert "Your posts" in answer.text
    assert len(manager.ephemerals()) == 1
    assert manager.told() == [message]


def test_a_button_in_the_home_tab_opens_its_answer(slack_office: SlackOffice, manager: Person) -> None:
    slack_office.shown(manager.opens_home())
    slack_office.deliver()
    answer = slack_office.shown(manager.presses("home", "Help"))
    assert answer.modal is not None
    assert "What you can write" in rendered(answer.modal)


def test_a_button_in_an_open_view_is_answered_in_that_view(slack_office: SlackOffice, manager: Person) -> None:
    slack_office.shown(manager.opens_home())
    slack_office.deliver()
    slack_office.shown(manager.presses("home", "Help"))
    (before,) = manager.modals()
    slack_office.shown(manager.shortcut("enter-action"))
    top = manager.modal()
    assert top is not None
    label = next(one for one in buttons(top) if one == "Fill in a form")
    slack_office.shown(manager.submits(top) if top.body.get("submit") else manager.presses(top, label))
    assert {"title", "owner", "due"} <= {block["block_id"] for block in manager.modal().blocks}  # type: ignore[union-attr]
    assert before is not None


# Forms


def test_mistakes_stand_beside_their_fields_and_nothing_typed_is_lost(
    slack_office: SlackOffice, manager: Person
) -> None:
    the_form(slack_office, manager)
    answer = slack_office.shown(manager.submits(values=ACTION | {"due": "32 January"}))
    assert list(answer.errors) == ["due"]
    text = rendered(manager.modal())
    assert "Write the protocol" in text
    assert "32 January" in text
    slack_office.shown(manager.submits(values={"due": "8 January 2027"}))
    assert times_done(slack_office, "action.add") == 1


def test_what_was_refused_is_there_again_when_the_form_is_opened_anew(
    slack_office: SlackOffice, manager: Person
) -> None:
    the_form(slack_office, manager)
    slack_office.shown(manager.submits(values=ACTION | {"due": "32 January"}))
    manager.closes()
    slack_office.begins_anew()
    the_form(slack_office, manager)
    assert "Write the protocol" in rendered(manager.modal())
    slack_office.shown(manager.submits(values={"due": "8 January 2027"}))
    assert times_done(slack_office, "action.add") == 1
    manager.closes()
    the_form(slack_office, manager)
    assert "Write the protocol" not in rendered(manager.modal())


def test_a_long_form_goes_over_several_pages_and_is_there_again_when_it_was_left(
    slack_office: SlackOffice, manager: Person
) -> None:
    slack_office.slack.desk.blanks_a_page = 2
    the_form(slack_office, manager)
    first = slack_office.shown(manager.submits(values={name: ACTION[name] for name in ("title", "owner")}))
    assert "Go on" not in first.buttons and times_done(slack_office, "action.add") == 0
    assert "By when" in rendered(manager.modal())
    manager.closes()

    the_form(slack_office, manager)
    assert ACTION["title"] in rendered(manager.modal()) and "stands here again" in rendered(manager.modal())
    slack_office.shown(manager.submits())
    wrong = slack_office.shown(manager.submits(values={"due": "32 January"}))
    assert "due" in wrong.errors and times_done(slack_office, "action.add") == 0
    done = slack_office.shown(manager.submits(values={"due": ACTION["due"]}))
    assert "Action 1 is entered" in done.text and ACTION["title"] in done.text
    assert times_done(slack_office, "action.add") == 1


def test_what_was_typed_into_a_form_is_kept_sealed(slack_office: SlackOffice, manager: Person) -> None:
    the_form(slack_office, manager)
    slack_office.shown(manager.submits(values=ACTION | {"title": "Ask about capybaras", "due": "32 January"}))
    assert "capybaras" not in everything_stored(slack_office)


NHS_NUMBER = "943 476 5919"


def test_an_nhs_number_that_was_refused_is_not_kept_with_the_rest_of_the_form(
    slack_office: SlackOffice, manager: Person
) -> None:
    the_form(slack_office, manager)
    answer = slack_office.shown(manager.submits(values=ACTION | {"title": f"Ask about {NHS_NUMBER}"}))
    assert list(answer.errors) == ["title"]
    manager.closes()
    the_form(slack_office, manager)
    assert ACTION["owner"] in rendered(manager.modal())
    assert NHS_NUMBER not in rendered(manager.modal())


def test_an_nhs_number_is_not_kept_when_a_page_is_turned_over(slack_office: SlackOffice, manager: Person) -> None:
    slack_office.slack.desk.blanks_a_page = 2
    the_form(slack_office, manager)
    slack_office.shown(manager.submits(values={"title": f"Ask about {NHS_NUMBER}", "owner": ACTION["owner"]}))
    manager.closes()
    the_form(slack_office, manager)
    assert ACTION["owner"] in rendered(manager.modal())
    assert NHS_NUMBER not in rendered(manager.modal())


def test_what_was_typed_stays_until_what_was_shown_first_is_confirmed(
    slack_office: SlackOffice, manager: Person
) -> None:
    def the_form_for_a_cancellation() -> str:
        slack_office.shown(manager.presses(types(slack_office, manager, "meeting cancel"), "Fill in a form"))
        return rendered(manager.modal())

    the_form_for_a_cancellation()
    values = {"group": "executive", "because": "Nobody can come"}
    assert "would change" in slack_office.shown(manager.submits(values=values)).text
    manager.closes()
    assert "Nobody can come" in the_form_for_a_cancellation()
    slack_office.shown(manager.submits())
    confirms(slack_office, manager)
    assert times_done(slack_office, "meeting.cancel") == 1
    manager.closes()
    assert "Nobody can come" not in the_form_for_a_cancellation()


def confirms(slack_office: SlackOffice, who: Person) -> None:
    """Presses the button of what was shown first, wherever the view has it."""
    top = who.modal()
    assert top is not None
    if top.body.get("submit"):
        slack_office.shown(who.submits(top))
    else:
        slack_office.shown(who.presses(top, "Confirm cancellation"))


# What Slack can't carry


def a_message_with_a_long_button(slack_office: SlackOffice) -> None:
    line = "action add " + "Write the protocol " * 130 + "for Designated Nurse by 8 January 2027"
    press = Button(label="Enter it", does=SAY, form={"line": line, "in": "ourshire"})
    slack_office.sends(MANAGER, Message(title="A word", text="Have a look", buttons=(press,)))
    slack_office.deliver()


def test_a_button_may_carry_more_than_slack_takes(slack_office: SlackOffice, manager: Person) -> None:
    a_message_with_a_long_button(slack_office)
    slack_office.begins_anew()
    slack_office.shown(manager.presses(manager.told()[0], "Enter it"))
    assert times_done(slack_office, "action.add") == 1


def test_a_button_that_is_too_old_says_so(slack_office: SlackOffice, manager: Person) -> None:
    a_message_with_a_long_button(slack_office)
    slack_office.office.now += timedelta(days=31)
    answer = slack_office.shown(manager.presses(manager.told()[0], "Enter it"))
    assert "can no longer be pressed" in answer.text
    assert times_done(slack_office, "action.add") == 0


def test_typographic_quotes_and_what_slack_escapes_are_read_as_they_were_typed(
    slack_office: SlackOffice, manager: Person
) -> None:
    line = "action add \u201cWrite R&D\u2019s protocol\u201d for \u201cDesignated Nurse\u201d by 8 January 2027"
    answer = slack_office.shown(manager.writes_in_dm(line))
    assert "Action 1 is entered" in answer.text
    assert "R&D" in types(slack_office, manager, "action list").text


def test_four_thousand_pasted_characters_are_refused_kindly(slack_office: SlackOffice, manager: Person) -> None:
    answer = slack_office.shown(manager.writes_in_dm("action add " + "x" * 4000))
    assert "longer than" in answer.text


def test_a_file_in_a_direct_message_is_not_taken(slack_office: SlackOffice, manager: Person) -> None:
    event = {
        "type": "message",
        "subtype": "file_share",
        "channel": manager.dm.id,
        "channel_type": "im",
        "user": manager.id,
        "text": "",
        "ts": "1.1",
        "files": [{"id": "F1", "name": "papers.pdf"}],
    }
    delivery = slack_office.workspace.tell(event)
    assert delivery is not None
    assert delivery.ended.wait(10)
    slack_office.standin.wait_for(lambda: "Files are not taken here" in "\n".join(slack_office.told(MANAGER)))


# Strangers

Enters = Callable[[SlackOffice, Person, str], Answer]

WAYS_IN: dict[str, Enters] = {
    "command": lambda office, who, line: who.types_command(COMMAND, line),
    "direct message": lambda office, who, line: who.writes_in_dm(line),
    "mention": lambda office, who, line: who.mentions_in(office.workspace.add_channel("all", [who.id]), line),
}


@pytest.mark.parametrize("way", WAYS_IN)
def test_a_stranger_gets_help_and_nothing_else(slack_office: SlackOffice, way: str) -> None:
    stranger = slack_office.workspace.person("A stranger", "stranger@elsewhere.example")
    answer = slack_office.shown(WAYS_IN[way](slack_office, stranger, "meeting list"))
    assert "We do not know you here" in answer.text
    assert "ring 999" in answer.text
    assert "Executive" not in answer.text


def test_a_strangers_presses_shortcuts_home_and_forms_get_help_and_nothing_else(slack_office: SlackOffice) -> None:
    manager = slack_office.user(MANAGER)
    stranger = slack_office.workspace.person("A stranger", "stranger@elsewhere.example")
    channel = slack_office.workspace.add_channel("all", [manager.id, stranger.id])
    slack_office.says(MANAGER, "Bring your diary")
    press = Button(label="Show", does=SAY, form={"line": "meeting list", "in": "ourshire"})
    slack_office.sends(MANAGER, Message(title="A word", text="Look", buttons=(press,)))
    slack_office.deliver()
    message = next(one for one in manager.told() if buttons(one))
    forwarded = slack_office.workspace.post(slack_office.workspace.channels[channel], {**message, "channel": channel})
    seen = [
        slack_office.shown(stranger.presses({**forwarded, "channel": channel}, "Show")).text,
        slack_office.shown(stranger.shortcut("next-meetings")).text,
    ]
    slack_office.shown(stranger.opens_home())
    seen.append(rendered(slack_office.standin.wait_for(stranger.home)))
    for text in seen:
        assert "We do not know you here" in text
        assert "Executive" not in text


def test_somebody_whose_post_ends_while_a_form_is_open_sends_nothing_in(slack_office: SlackOffice) -> None:
    nurse = slack_office.user(NURSE)
    the_form(slack_office, nurse)
    slack_office.office.done(MANAGER, "people.leave", post=NURSE, until="2027-01-04")
    slack_office.office.now += timedelta(days=1)
    slack_office.shown(nurse.submits(values=ACTION | {"owner": "Head Teacher"}))
    assert "We do not know you here" in rendered(nurse.modal())
    assert times_done(slack_office, "action.add") == 0


# Danger


def everything_stored(slack_office: SlackOffice) -> str:
    """All bytes of the database, with what is on its way into it."""
    file = Path(str(slack_office.office.runner.store.url.database))
    return "".join(
        one.read_bytes().decode("latin-1") + one.read_bytes().decode("utf-16-le", "ignore")
        for one in file.parent.glob(f"{file.name}*")
    )


def in_a_form(office: SlackOffice, who: Person, line: str) -> Answer:
    the_form(office, who)
    return who.submits(values=ACTION | {"title": line})


@pytest.mark.parametrize("way", [*WAYS_IN, "form"])
def test_whoever_writes_of_a_child_in_danger_is_told_to_ring_and_nothing_is_kept_or_logged(
    slack_office: SlackOffice, manager: Person, all_logged: pytest.LogCaptureFixture, way: str
) -> None:
    entered = (WAYS_IN | {"form": in_a_form})[way](slack_office, manager, DANGER)
    assert "ring 999" in slack_office.shown(entered).text
    stored = everything_stored(slack_office)
    logged = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in all_logged.records)
    assert not [word for word in SECRETS if word in stored or word in logged]


@pytest.fixture
def all_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Every logger turned up, ours and those of Slack's libraries; not the database's, nor the stand-in's own."""
    caplog.set_level(logging.DEBUG)
    others = ("sqlalchemy", "websockets", "alembic")
    loggers = [logging.getLogger(n) for n in list(logging.root.manager.loggerDict) if not n.startswith(others)]
    before = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.DEBUG)
    yield caplog
    for one, level in zip(loggers, before, strict=True):
        one.setLevel(level)


def test_nothing_that_people_write_reaches_a_log(
    slack_office: SlackOffice, manager: Person, all_logged: pytest.LogCaptureFixture
) -> None:
    types(slack_office, manager, "action add Ask about capybaras for Designated Nurse by 32 January")
    slack_office.shown(manager.writes_in_dm("action add Ask about capybaras for Designated Nurse"))
    the_form(slack_office, manager)
    slack_office.shown(manager.submits(values=ACTION | {"title": "Ask about capybaras", "due": "never"}))
    slack_office.standin.links()[0].drop()
    slack_office.standin.wait_for(lambda: any("line to Slack" in one.getMessage() for one in all_logged.records), 20)
    logged = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in all_logged.records)
    assert "capybaras" not in logged
    assert slack_office.workspace.bot_token not in logged


# Once


@pytest.mark.parametrize("how", ["twice", "two_links"])
def test_an_envelope_that_comes_twice_counts_once(slack_office: SlackOffice, manager: Person, how: str) -> None:
    slack_office.standin.spoil_next(how)
    types(slack_office, manager, "action add Write the protocol for Designated Nurse by 8 January 2027")
    assert times_done(slack_office, "action.add") == 1
    slack_office.standin.spoil_next(how)
    slack_office.shown(manager.writes_in_dm("action add Read the protocol for Designated Nurse by 8 January 2027"))
    assert times_done(slack_office, "action.add") == 2
    assert len(manager.told()) == 1


def test_a_double_press_counts_once(slack_office: SlackOffice, manager: Person) -> None:
    line = "action add Write the protocol for Designated Nurse by 8 January 2027"
    press = Button(label="Enter it", does=SAY, form={"line": line})
    slack_office.sends(MANAGER, Message(title="A word", text="Have a look", buttons=(press,)))
    slack_office.deliver()
    message = manager.told()[0]
    for _ in range(2):
        assert "Action 1 is entered" in slack_office.shown(manager.presses(message, "Enter it")).text
    assert times_done(slack_office, "action.add") == 1


def test_a_form_that_is_sent_in_twice_counts_once(slack_office: SlackOffice, manager: Person) -> None:
    the_form(slack_office, manager)
    slack_office.standin.spoil_next("twice")
    slack_office.shown(manager.submits(values=ACTION))
    slack_office.standin.wait_for(lambda: times_done(slack_office, "action.add"))
    assert times_done(slack_office, "action.add") == 1


# Failures of our own


class Stumbles:
    """A point at which the work breaks so many times once it is told to."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, point: str) -> None:
        if point == "before-commit" and self.times:
            self.times -= 1
            raise RuntimeError("Ask about capybaras")


def test_a_failure_inside_gives_a_number_and_changes_nothing(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    stumbles = Stumbles()
    with a_slack_office(tmp_path, socket=True, clock=time.time, point=stumbles) as slack_office:
        manager = slack_office.user(MANAGER)
        stumbles.times = 1
        answer = types(slack_office, manager, "action add Write the protocol for Designated Nurse by 8 January 2027")
        assert "Something went wrong on our side" in answer.text
        number = answer.text.split("this number: ")[1].split()[0]
        assert any(getattr(record, "error", "") == number for record in caplog.records)
        assert "capybaras" not in caplog.text
        assert times_done(slack_office, "action.add") == 0


def test_a_form_whose_handling_broke_is_there_again_with_all_that_was_typed(tmp_path: Path) -> None:
    stumbles = Stumbles()
    with a_slack_office(tmp_path, socket=True, clock=time.time, burst=20, point=stumbles) as slack_office:
        manager = slack_office.user(MANAGER)
        the_form(slack_office, manager)
        stumbles.times = 1
        assert "Something went wrong" in slack_office.shown(manager.submits(values=ACTION)).text
        manager.closes()
        the_form(slack_office, manager)
        assert ACTION["title"] in rendered(manager.modal())


def test_a_silent_slack_is_asked_of_somebody_once_a_minute_and_keeps_no_answer_waiting(tmp_path: Path) -> None:
    with a_slack_office(tmp_path, socket=True, clock=time.time, timeout=10) as slack_office:
        manager = slack_office.user(MANAGER)
        slack_office.standin.faults.hangs_after_taking("users.info", times=None, seconds=5.0)
        began = time.monotonic()
        assert "The next meetings" in types(slack_office, manager, "meeting next").text
        assert time.monotonic() - began < 3
        types(slack_office, manager, "meeting next")
        assert len(slack_office.standin.called("users.info")) == 1


def test_a_stop_does_not_wait_for_as_long_as_slack_asks_to(tmp_path: Path) -> None:
    with a_slack_office(tmp_path, socket=True, clock=time.time) as slack_office:
        slack_office.standin.faults.limits("chat.postMessage", retry_after=10, times=None)
        slack_office.user(MANAGER).writes_in_dm("meeting next")
        slack_office.standin.wait_for(lambda: slack_office.standin.called("chat.postMessage"))
        began = time.monotonic()
        slack_office.slack.stop()
        assert time.monotonic() - began < 8


def test_an_event_whose_handling_broke_is_not_acknowledged_and_done_once_when_it_comes_again(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    stumbles = Stumbles()
    with a_slack_office(tmp_path, socket=True, clock=time.time, known=False, point=stumbles) as slack_office:
        slack_office.standin.post_office.ack_timeout = 1.0
        form = {"name": "Successor", "email": "new@ourshire.example", "post": MANAGER, "capacity": "deputy"}
        slack_office.office.by_two("administrator", "people.enter", "chief-nurse", **form)
        newcomer = slack_office.workspace.person("Successor", "new@ourshire.example")
        stumbles.times = 1
        line = "action add Write the protocol for Designated Nurse by 8 January 2027"
        answer = newcomer.writes_in_dm(line)
        assert not answer.acknowledged
        (failed,) = [one for one in caplog.records if "could not be handled" in one.getMessage()]
        assert getattr(failed, "action", "") == "event"
        assert getattr(failed, "error", "")
        assert any("accounts.py" in place for place in getattr(failed, "trace", []))
        assert "capybaras" not in caplog.text
        assert answer.delivery is not None
        assert answer.delivery.ended.wait(15)
        assert not answer.delivery.given_up
        slack_office.shown(answer)
        assert times_done(slack_office, "action.add") == 1
        assert "Action 1 is entered" in answer.text
