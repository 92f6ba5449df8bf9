"""The stand-in Teams' people: dialogs, which open by a press and send what is filled in."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.standins.teams import blanks, buttons, rendered
from tests.standins.teams.small_bot import Stage, blank, card, dialog, execute, opens, stage, submit, words


@pytest.fixture
def teams() -> Iterator[Stage]:
    with stage() as teams:
        yield teams


def _opened(teams: Stage, **more: Any) -> Any:
    """A dialog with a blank that is needed, its button, and a way out."""
    leave = submit("Leave it", data={"does": "leave"}, associatedInputs="none")
    form = card(leave, submit("Send", data={"does": "move"}), body=[blank("day", isRequired=True, **more)])
    teams.bot.replies = lambda activity: dialog(form, "Move it")
    seen = teams.gives(opens())
    answer = teams.nurse.presses(seen, "Open")
    assert answer.dialog is teams.nurse.dialog() and not answer.failed
    return teams.nurse.dialog()


def test_a_dialog_opens_by_a_press_and_sends_what_is_filled_in(teams: Stage) -> None:
    opened = _opened(teams)
    fetched = teams.bot.heard[0]
    assert (fetched["type"], fetched["name"]) == ("invoke", "task/fetch")
    assert fetched["value"]["data"] == {"msteams": {"type": "task/fetch"}, "which": 7}
    assert (opened.title, rendered(opened)) == ("Move it", "Move it\nDay:\n[Leave it] [Send]")
    assert (blanks(opened), buttons(opened)) == (["day"], ["Leave it", "Send"])
    teams.bot.replies = lambda activity: (200, None)
    answer = teams.nurse.submits(opened, {"day": "Monday"})
    assert (teams.bot.heard[1]["name"], teams.bot.heard[1]["value"]["data"]) == (
        "task/submit",
        {"does": "move", "b.day": "Monday"},
    )
    assert not answer.failed and teams.nurse.dialog() is None


def test_a_dialog_goes_on_with_another_card_or_ends_with_words(teams: Stage) -> None:
    opened = _opened(teams)
    teams.bot.replies = lambda activity: dialog(card(submit("Done"), body=[words("One mistake")]))
    answer = teams.nurse.submits(opened, {"day": "Monday"})
    assert rendered(answer) == "A form\nOne mistake\n[Done]"
    with pytest.raises(AssertionError, match="no longer before them"):
        teams.nurse.submits(opened, {"day": "Monday"})
    teams.bot.replies = lambda activity: (200, {"task": {"type": "message", "value": "Thank you."}})
    ended = teams.nurse.presses(answer, "Done")
    assert (rendered(ended), teams.nurse.dialog()) == ("Thank you.", None)


def test_what_is_needed_in_a_dialog_is_asked_for_before_it_is_sent_and_what_is_typed_stays(teams: Stage) -> None:
    opened = _opened(teams, regex="^M", errorMessage="A day with M.")
    assert teams.nurse.submits(opened, {"day": "Friday"}).refused == {"b.day": "A day with M."}
    assert len(teams.bot.heard) == 1
    assert "Day: Friday" in rendered(opened)
    teams.bot.replies = lambda activity: (200, None)
    assert not teams.nurse.submits(opened, label="Leave it").failed
    assert teams.bot.heard[1]["value"]["data"] == {"does": "leave"}


def test_a_closed_dialog_tells_nobody(teams: Stage) -> None:
    opened = _opened(teams)
    teams.nurse.closes(opened)
    assert teams.nurse.dialog() is None and len(teams.bot.heard) == 1
    with pytest.raises(AssertionError, match="no longer before them"):
        teams.nurse.closes(opened)


def test_each_has_a_dialog_of_their_own(teams: Stage) -> None:
    colleague = teams.tenant.person("Board manager")
    _opened(teams)
    assert colleague.dialog() is None


def test_a_failing_bot_leaves_the_dialog_as_it_is(teams: Stage) -> None:
    opened = _opened(teams)
    teams.bot.replies = lambda activity: (500, None)
    assert teams.nurse.submits(opened, {"day": "Monday"}).failed
    assert teams.nurse.dialog() is opened


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ((200, "words"), "a dialog was answered with 'words'"),
        ((501, None), "task/fetch was answered with 501"),
        ((200, {"task": "words"}), "a dialog was answered with 'words'"),
        ((200, {"task": {"type": "elsewhere"}}), "a dialog was answered with"),
        ((200, {"task": {"type": "continue", "value": {"title": "x"}}}), "a dialog without a card"),
        (dialog({"type": "AdaptiveCard"}), "cannot be shown"),
    ],
)
def test_an_answer_that_makes_no_dialog_is_a_problem(teams: Stage, reply: Any, problem: str) -> None:
    seen = teams.gives(opens())
    teams.bot.replies = lambda activity: reply
    assert teams.nurse.presses(seen, "Open").failed
    assert problem in teams.standin.problems[0]
    assert teams.nurse.dialog() is None


def test_an_execute_in_a_dialog_does_nothing(teams: Stage) -> None:
    teams.bot.replies = lambda activity: dialog(card(execute("Send")))
    opened = teams.nurse.presses(teams.gives(opens()), "Open").dialog
    assert opened is not None
    assert teams.nurse.submits(opened, label="Send").failed
    assert "does nothing" in teams.standin.problems[0]


def test_a_link_in_a_dialog_opens(teams: Stage) -> None:
    link = {"type": "Action.OpenUrl", "title": "Read", "url": "https://ourshire.example/a"}
    teams.bot.replies = lambda activity: dialog(card(link))
    answer = teams.nurse.presses(teams.gives(opens()), "Open")
    assert teams.nurse.presses(answer, "Read").opened == "https://ourshire.example/a"
