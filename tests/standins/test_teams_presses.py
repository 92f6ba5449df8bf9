"""The stand-in Teams' people: what they press and fill in, and what Teams does with the answer."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.standins.teams import CARD, Message, blanks, rendered
from tests.standins.teams.small_bot import (
    Stage,
    blank,
    card,
    execute,
    instead,
    message,
    stage,
    submit,
    toast,
    words,
)


@pytest.fixture
def teams() -> Iterator[Stage]:
    with stage() as teams:
        yield teams


CHOICES = {
    "type": "Input.ChoiceSet",
    "id": "b.days",
    "label": "Days",
    "isMultiSelect": True,
    "choices": [{"title": "Monday", "value": "mon"}, {"title": "Friday", "value": "fri"}],
}


# Action.Execute


def test_a_press_is_an_invoke_with_verb_and_data(teams: Stage) -> None:
    seen = teams.gives(execute("Yes", round=7))
    teams.bot.replies = lambda activity: toast("Noted.")
    answer = teams.nurse.presses(seen, "Yes")
    (heard,) = teams.bot.heard
    assert (heard["type"], heard["name"], heard["replyToId"]) == ("invoke", "adaptiveCard/action", seen.id)
    action = heard["value"]["action"]
    assert (action["type"], action["verb"], action["data"]) == ("Action.Execute", "yes", {"round": 7})
    assert rendered(answer) == "Noted."
    assert answer.toast in answer.everything()


def test_the_presser_alone_sees_the_card_of_the_answer_until_all_see_another(teams: Stage) -> None:
    colleague, channel = teams.tenant.person("Board manager"), teams.tenant.add_channel("Board")
    seen = teams.gives(execute("Yes"), to=channel)
    teams.bot.replies = lambda activity: instead(card(body=[words("You said yes")]))
    answer = teams.nurse.presses(seen, "Yes")
    assert answer.replaced is not None and rendered(answer.replaced) == "You said yes"
    assert rendered(teams.nurse.sees_in(channel)) == "You said yes"
    assert rendered(colleague.sees_in(channel)) == "Who is to come?\n[Yes]"
    teams.bot.changes(channel, seen.id, message(card(body=[words("One has said yes")])))
    assert rendered(teams.nurse.sees_in(channel)) == rendered(colleague.sees_in(channel)) == "One has said yes"


def test_a_press_in_a_thread_names_the_thread(teams: Stage) -> None:
    channel = teams.tenant.add_channel("Board")
    seen = teams.gives(execute("Yes"), to=channel)
    teams.bot.replies = lambda activity: toast("Noted.")
    teams.nurse.presses(seen, "Yes")
    assert teams.bot.heard[0]["conversation"]["id"] == f"{channel};messageid={seen.id}"


def test_an_old_copy_can_be_pressed_and_the_same_press_can_come_twice(teams: Stage) -> None:
    seen = teams.gives(execute("Yes", version=1))
    teams.bot.changes(teams.nurse.chat.id, seen.id, message(card(execute("No"))))
    teams.bot.replies = lambda activity: toast("Noted.")
    teams.nurse.presses(seen, "Yes", twice=True)
    assert [one["value"]["action"]["data"] for one in teams.bot.heard] == [{"version": 1}] * 2


def test_a_button_of_an_answer_is_found_in_the_newest_thing(teams: Stage) -> None:
    seen = teams.gives(execute("More"))
    teams.bot.replies = lambda activity: instead(card(execute("Done")))
    answer = teams.nurse.presses(seen, "More")
    teams.bot.replies = lambda activity: toast("Good.")
    assert rendered(teams.nurse.presses(answer, "Done")) == "Good."
    with pytest.raises(AssertionError, match="nowhere"):
        teams.nurse.presses(answer, "More")


def test_a_button_that_is_not_there_or_there_twice_is_said(teams: Stage) -> None:
    seen = teams.gives(execute("Yes", which=1), execute("Yes", which=2))
    with pytest.raises(AssertionError, match="not among"):
        teams.nurse.presses(seen, "No")
    with pytest.raises(AssertionError, match="say which"):
        teams.nurse.presses(seen, "Yes")
    teams.bot.replies = lambda activity: toast("Noted.")
    teams.nurse.presses(seen, "Yes", nth=1)
    assert teams.bot.heard[0]["value"]["action"]["data"] == {"which": 2}


def test_for_an_execute_without_a_verb_nothing_is_sent(teams: Stage) -> None:
    seen = teams.gives(execute("Yes"))
    del seen.card["body"][-1]["actions"][0]["verb"]
    answer = teams.nurse.presses(seen, "Yes")
    assert answer.failed and teams.bot.heard == []
    assert teams.standin.problems == ["an Action.Execute without a verb was pressed: 'Yes'"]


def test_an_error_is_shown_as_one(teams: Stage) -> None:
    said = {"code": "BadRequest", "message": "Please try again."}
    body = {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": said}
    teams.bot.replies = lambda activity: (200, body)
    answer = teams.nurse.presses(teams.gives(execute("Yes")), "Yes")
    assert (answer.failed, answer.reason) == (True, "error 400: Please try again.")
    assert teams.standin.problems == []


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ((501, None), "was answered with 501"),
        ((200, None), "not answered as it must be: NoneType"),
        ((200, {"value": "x"}), "not answered as it must be: dict"),
        ((200, {"statusCode": 200, "type": "elsewhere", "value": "x"}), "answered with elsewhere 200"),
        ((200, {"statusCode": 500, "type": CARD, "value": card()}), f"answered with {CARD} 500"),
        (instead({"type": "AdaptiveCard", "version": "9"}), "cannot be shown"),
        (instead(card(body=[words("x" * 41_000)])), "over 80 KB"),
        ((200, {"statusCode": 200, "type": CARD, "value": "no card"}), "cannot be shown"),
    ],
)
def test_an_answer_that_teams_does_not_understand_is_a_problem(teams: Stage, reply: Any, problem: str) -> None:
    seen = teams.gives(execute("Yes"))
    teams.bot.replies = lambda activity: reply
    answer = teams.nurse.presses(seen, "Yes")
    assert answer.failed and answer.everything() == []
    assert problem in teams.standin.problems[0]
    assert teams.nurse.told() == [seen]


def test_a_bot_that_fails_is_no_problem_of_its_cards(teams: Stage) -> None:
    teams.bot.replies = lambda activity: (500, None)
    answer = teams.nurse.presses(teams.gives(execute("Yes")), "Yes")
    assert (answer.failed, answer.status, teams.standin.problems) == (True, 500, [])


def test_the_answer_to_a_message_that_is_gone_shows_nothing(teams: Stage) -> None:
    seen = teams.gives(execute("Yes"))
    teams.bot.asks("DELETE", f"/v3/conversations/{seen.conversation}/activities/{seen.id}")
    teams.bot.replies = lambda activity: instead(card(body=[words("Noted")]))
    assert teams.nurse.presses(seen, "Yes").everything() == []


# Inputs


def _sent(teams: Stage, seen: Message, **values: object) -> dict[str, Any]:
    teams.bot.replies = lambda activity: toast("Noted.")
    answer = teams.nurse.sends(seen, "Send", values)
    assert not answer.failed, answer.reason
    data: dict[str, Any] = teams.bot.heard[-1]["value"]["action"]["data"]
    return data


def test_what_is_filled_in_goes_into_the_data(teams: Stage) -> None:
    toggle = {"type": "Input.Toggle", "id": "b.sure", "label": "Sure", "title": "I am sure"}
    body = [blank("day", value="Monday"), blank("note"), CHOICES, toggle]
    seen = teams.gives(execute("Send", does="move"), body=body)
    assert blanks(seen) == ["day", "note", "days", "sure"]
    assert _sent(teams, seen) == {"does": "move", "b.day": "Monday", "b.sure": "false"}
    changed = _sent(teams, seen, day="", note="Soon", days=["Friday", "mon"], sure=True)
    assert changed == {"does": "move", "b.note": "Soon", "b.days": "fri,mon", "b.sure": "true"}
    assert _sent(teams, seen, Note="By its label", days="mon,fri")["b.note"] == "By its label"


def test_what_is_not_offered_cannot_be_filled_in(teams: Stage) -> None:
    seen = teams.gives(execute("Send"), body=[CHOICES])
    with pytest.raises(AssertionError, match="'sun' is not among"):
        _sent(teams, seen, days="sun")
    with pytest.raises(AssertionError, match="no blank 'nights'"):
        _sent(teams, seen, nights="mon")


@pytest.mark.parametrize(
    ("element", "value", "said"),
    [
        (blank("day", isRequired=True, errorMessage="Type a day."), "", "Type a day."),
        (blank("day", isRequired=True), "", "This is needed."),
        (blank("day", regex="^\\d+$", errorMessage="Type a number."), "two", "Type a number."),
        (blank("day", maxLength=3), "four", "No more than 3"),
        (blank("day", errorMessage="A number.") | {"type": "Input.Number"}, "two", "A number."),
        (blank("day", errorMessage="A day.") | {"type": "Input.Date"}, "Monday", "A day."),
        (blank("day", errorMessage="An hour.") | {"type": "Input.Time"}, "ten", "An hour."),
        ({"type": "Input.Toggle", "id": "b.day", "title": "Sure", "isRequired": True}, "false", "This is needed."),
    ],
)
def test_the_client_checks_before_it_sends(teams: Stage, element: Any, value: str, said: str) -> None:
    seen = teams.gives(execute("Send"), body=[element | {"label": "Day"}])
    answer = teams.nurse.sends(seen, "Send", {"day": value})
    assert answer.failed and said in answer.refused["b.day"] and said in answer.reason
    assert teams.bot.heard == []


def test_a_button_that_takes_no_inputs_is_not_held_up_by_them(teams: Stage) -> None:
    leave = execute("Leave it", does="leave") | {"associatedInputs": "none"}
    seen = teams.gives(execute("Send"), leave, body=[blank("day", isRequired=True)])
    teams.bot.replies = lambda activity: toast("Left.")
    answer = teams.nurse.sends(seen, "Leave it", {"day": "Monday"})
    assert not answer.failed
    assert teams.bot.heard[0]["value"]["action"]["data"] == {"does": "leave"}


# Other buttons


def test_a_submit_outside_a_dialog_is_a_message_with_a_value(teams: Stage) -> None:
    seen = teams.gives(submit("Send", data={"does": "move"}), body=[blank("day", value="Monday")])
    answer = teams.nurse.presses(seen, "Send", twice=True)
    first, second = teams.bot.heard
    assert not answer.failed and first == second
    assert (first["type"], first["value"], first["replyToId"]) == (
        "message",
        {"does": "move", "b.day": "Monday"},
        seen.id,
    )
    assert not first.get("text")


def test_a_link_opens_and_nothing_is_sent(teams: Stage) -> None:
    link = {"type": "Action.OpenUrl", "title": "Read", "url": "https://ourshire.example/a"}
    assert teams.nurse.presses(teams.gives(link), "Read").opened == "https://ourshire.example/a"
    assert teams.bot.heard == []


def test_a_toggle_shows_and_hides_for_one(teams: Stage) -> None:
    more = {"type": "Action.ToggleVisibility", "title": "More", "targetElements": ["more"]}
    hidden = {"type": "Container", "id": "more", "isVisible": False, "items": [words("All of it"), blank("day")]}
    seen = teams.gives(more, body=[hidden])
    assert blanks(seen) == []
    answer = teams.nurse.presses(seen, "More")
    assert (rendered(answer), blanks(answer)) == ("All of it\nDay:\n[More]", ["day"])
    assert blanks(teams.nurse.presses(teams.nurse.told()[0], "More")) == []
    assert teams.bot.heard == []
