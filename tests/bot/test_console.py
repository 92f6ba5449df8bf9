"""The console: lines in, text out; numbers press, Enter shows what came, and nobody is confirmed by sitting there."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bot.terminal.console import Console, speaker_for, talk
from bot.terminal.door import NAME, InMemory, TerminalDoor
from bot.terminal.telling import Mistake
from commands.conversation import Conversation
from commands.rehearsing import address_of
from scheduler.delivery import Delivery
from scheduler.rehearsal import Notebook
from tests.commands import nine
from tests.offices import Office, an_office
from tests.returns_given import CHAIR, a_partnership_of_reports, an_owed_report


@dataclass
class Desk:
    """An office whose door is the terminal, and the business manager at it, or whoever is in another post."""

    office: Office
    door: TerminalDoor = field(default_factory=lambda: TerminalDoor(InMemory()))
    told: list[str] = field(default_factory=list)
    post: str = "business-manager"

    def __post_init__(self) -> None:
        email = address_of(self.office.partnership, self.post)
        speaker = speaker_for(self.office.runner, email, self.office.now)
        self.console = Console(
            Conversation(self.office.runner), self.door, speaker, lambda: self.office.now, self.told.append
        )

    def types(self, *lines: str) -> str:
        """Types lines; gives what was told since."""
        self.told.clear()
        talk(self.console, lines)
        return "\n".join(self.told)

    def deliver(self) -> None:
        """Delivers what waits into the terminal's door."""
        Delivery(self.office.runner, {NAME: self.door}, threads=0).deliver(lambda: self.office.now)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with an_office() as office:
        yield Desk(office)


def test_an_address_that_nobody_has_is_a_mistake_in_a_sentence(desk: Desk) -> None:
    with pytest.raises(Mistake, match=r"Nobody with the address nobody@example\.org has a post here"):
        speaker_for(desk.office.runner, "nobody@example.org", desk.office.now)


def test_a_number_presses_and_typed_twice_counts_once(desk: Desk) -> None:
    assert "[1] Confirm" in desk.types("meeting next executive")
    assert "Confirmed" in desk.types("1")
    again = desk.types("1")
    assert "Confirmed" in again and "already" not in again


def test_an_answer_that_was_changed_is_changed_back_by_the_same_number() -> None:
    with an_office(definition=nine.the_nine(), opened="2027-03-29 06:00", notebook=Notebook(NAME)) as office:
        office.done(nine.MANAGER, "meeting.confirm", **nine.about(office))
        office.tick(nine.ASKED)
        desk = Desk(office, post="seat-2")
        desk.deliver()
        shown = desk.types("")
        assert "[1] Yes" in shown and "[3] No" in shown
        desk.types("1", "3", "1")
        assert nine.seat(office, "seat-2").value == "yes"


def test_a_number_that_is_no_button_is_a_line_like_any_other(desk: Desk) -> None:
    assert "That is no word I know" in desk.types("7")


def test_a_form_is_asked_blank_by_blank_and_can_be_left(desk: Desk) -> None:
    told = desk.types("meeting move", "1", "1", "", "23 March", "")
    assert "Executive (2026-4)" in told and "becomes Tuesday 23 March 2027" in told
    assert "Left as it was" in desk.types("meeting move", "4", "leave")
    told = desk.types("meeting move", "5", "", "", "", "")
    assert "this was left empty: Group, New day" in told
    assert "Left as it was" in desk.types("1", "leave")


def test_what_was_left_empty_is_asked_again_and_nothing_else_is_lost(desk: Desk) -> None:
    told = desk.types("meeting move", "1", "", "", "23 March", "15:00")
    assert "this was left empty: Group" in told and told.count("New day") == 1
    told = desk.types("1")
    assert "becomes Tuesday 23 March 2027" in told and "14:00 becomes 15:00" in told


def test_each_blank_says_how_to_leave_the_form(desk: Desk) -> None:
    desk.types("meeting cancel", "1")
    for answer in ("1", "", "no business"):
        assert desk.console.filling is not None
        blank = desk.console.filling.waiting[0].label
        first = desk.told[-1].splitlines()[0]
        assert first.startswith(blank) and first.endswith("[leave: leaves the form]"), first
        desk.types(answer)


def test_a_refused_form_gives_its_reasons_and_asks_again_only_what_was_wrong(desk: Desk) -> None:
    told = desk.types("meeting move", "1", "1", "", "32 March", "25:00")
    reasons, _, asked = told.rpartition("all: asks the whole form again")
    assert "Nothing has changed. What is wrong is asked again" in reasons
    assert '- New day: "32 March" is no day' in reasons and '- Hour: "25:00" is no hour of the day' in reasons
    assert asked.strip().startswith("New day [leave") and desk.console.prompt() == "New day [32 March]: "
    told = desk.types("23 March", "15:00")
    assert "Executive (2026-4): Tuesday 16 March 2027 becomes Tuesday 23 March 2027" in told


def test_the_whole_form_can_be_asked_again_with_all_that_was_filled_in(desk: Desk) -> None:
    desk.types("action add", "1", "Write the plan", "Chief Nurse", "32 March")
    assert "What is to be done" in desk.types("all")
    assert desk.console.prompt() == "What is to be done [Write the plan]: "
    told = desk.types("Write the whole plan", "", "23 March")
    assert "Action 1 is entered" in told and "Write the whole plan" in told and "Chief Nurse" in told


def test_the_word_for_the_whole_form_is_an_answer_like_any_other_when_all_is_asked(desk: Desk) -> None:
    assert "Action 1 is entered\n" in desk.types("action add", "1", "all", "Chief Nurse", "")
    assert "1. all (Chief Nurse" in " ".join(desk.types("action list").split())


def test_danger_typed_into_a_blank_is_met_at_once_and_the_form_is_gone(desk: Desk) -> None:
    told = desk.types("action add", "1", "my son was hit by his father")
    assert "ring 999 now" in told and "01234 500500" in told and "his father" not in told
    assert desk.console.filling is None
    assert "No action is open" in desk.types("action list")


def test_a_number_pressed_again_later_says_when_it_was_answered(desk: Desk) -> None:
    desk.types("meeting next executive", "1", "undo")
    desk.office.moves_to("2027-01-04 09:00")
    told = desk.types("1")
    assert "Confirmed" in told and "This was answered at 06:00 on Monday 4 January 2027; it counts once." in " ".join(
        told.split()
    )
    assert "Undo" not in told


def test_what_came_in_is_shown_by_enter_and_only_once(desk: Desk) -> None:
    desk.types("action add Write the plan for Business Manager by 4 Jan")
    desk.office.tick("2027-01-04 08:00")
    desk.office.tick("2027-01-04 08:00")
    desk.deliver()
    told = desk.types("")
    assert "<< 08:00 on Mon 4 Jan 2027, ourshire" in told and "Write the plan" in told
    assert desk.types("") == ""
    assert "Write the plan" in desk.types("earlier")


def test_a_session_ends_by_a_word(desk: Desk) -> None:
    assert desk.types("quit", "help") == ""


def confirm(desk: Desk) -> None:
    speaker = desk.console.speaker
    account = {"door": speaker.door, "tenant": speaker.tenant, "user": speaker.user}
    desk.office.by_two("administrator", "identity.confirm", "chief-nurse", **account)


def test_nobody_is_confirmed_by_an_address_even_if_the_account_is(desk: Desk) -> None:
    confirm(desk)
    assert "not confirmed" in desk.types("me")


@pytest.mark.parametrize("confirmed", [True, False])
def test_an_alert_is_not_shown_at_the_console_even_if_the_account_is_confirmed(desk: Desk, confirmed: bool) -> None:
    if confirmed:
        confirm(desk)
    desk.office.runner.perform(
        desk.office.actor("business-manager"),
        "incident.start",
        {"pathway": "serious-incident", "facts": {"aware": desk.office.now}},
        None,
        desk.office.now,
    )
    desk.deliver()
    came = desk.door.shown_to(desk.office.person("business-manager"))
    assert bool(came) == confirmed and all(line.about_case for line in came)
    assert desk.types("", "earlier") == ""
    assert "TEST-1" not in desk.types("me", "note", "digest", "meeting list")


def test_where_a_form_is_behind_a_button_too_a_number_means_the_button() -> None:
    with a_partnership_of_reports() as office:
        an_owed_report(office)
        desk = Desk(office)
        speaker = speaker_for(office.runner, address_of(office.partnership, CHAIR), office.now)
        desk.console = Console(desk.console.conversation, desk.door, speaker, lambda: office.now, desk.told.append)
        assert "[2] Nothing by exception" in desk.types("report")
        assert "Nothing has changed yet" in desk.types("2")
        assert "What has been achieved" in desk.types("1")
