"""Messages as Adaptive Cards."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings

from bot.chat.carrying import LONGEST_VALUE
from bot.chat.cutting import size
from bot.teams.cards import ANSWER, DIALOG, READABLE, Pressed, as_activity, as_cards, read_press
from bot.teams.elements import unformatted
from commands.conversation import INSIDE, LEAVE
from storage.records.message import Button, Message, MessageField, Moment
from tests.bot.slack.words import Keeping, messages
from tests.standins.teams.schema import valid

from .cards_read import buttons_of, checked, elements_of, inputs_of, letters, said_by, words_of

thorough = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))

LONG = Message(
    title="Papers of the Executive",
    text="\n".join(
        f"{number}. The paper on the threshold guide of the year, as the group asked." for number in range(400)
    ),
    fields=tuple(MessageField(label=f"Paper {number}", value="as sent " * 40) for number in range(40)),
    buttons=(Button(label="They are out", does="meeting.papers", form={"group": "executive"}),),
)


def of(text: str = "", **more: object) -> Message:
    return Message.model_validate({"title": "The Executive", "text": text, **more})


# For any message


@thorough
@given(message=messages)
@example(message=Message(title="", text=""))
@example(message=Message(title="é" * 9000, text="漢" * 30_000, tone="alert"))
@example(message=LONG)
def test_any_message_gives_valid_small_cards_with_every_word_and_every_button_of_it(message: Message) -> None:
    keeping = Keeping()
    cards = [checked(card) for card in as_cards(message, partnership="ours", keep=keeping.keep)]
    whole = [button.label for button in message.buttons if size(" ".join(button.label.split())) > READABLE]
    words = [words for words in words_of(cards) if "(continued, " not in words]
    told = letters(*words)
    said = said_by(message)
    assert told == said + letters(*whole) or (not said and told.startswith("(nowords)"))
    pressed = [read_press(button["data"], keeping.kept) for button in buttons_of(*cards)]
    asked = [Pressed(b.does, {INSIDE: "ours", **b.form}, "told") for b in message.buttons]
    assert pressed == asked
    assert all(inputs_of(card) == {} for card in cards)


@thorough
@given(message=messages)
def test_buttons_of_any_message_carry_no_more_than_they_may(message: Message) -> None:
    for button in buttons_of(*as_cards(message, keep=Keeping().keep)):
        assert size(json.dumps(button["data"]["convenor"], ensure_ascii=False, separators=(",", ":"))) <= LONGEST_VALUE
        assert button["verb"] and button["title"]


def test_what_is_too_long_goes_on_in_further_cards_which_say_so_and_the_last_has_the_buttons() -> None:
    cards = [checked(card) for card in as_cards(LONG)]
    assert len(cards) > 2
    assert [bool(buttons_of(card)) for card in cards] == [False] * (len(cards) - 1) + [True]
    heads = [words_of([card])[0] for card in cards]
    assert heads[0] == "Papers of the Executive"
    assert heads[1] == f"Papers of the Executive (continued, 2 of {len(cards)})"


# Words


@pytest.mark.parametrize(
    "written",
    [
        "*bold*", "_low_", "**b**", "[here](https://ours.example)", "# Head", "- one", "1. one", "> said", "`code`",
        "~~gone~~", "&amp; &#42;", "<b>", "![picture](https://ours.example)", "\\*", "--- ---", "1) one", "+ one",
        "a_b_c", "[a]: https://ours.example", "| a | b |",
    ],
)  # fmt: skip
def test_words_in_runs_are_as_they_were_written_and_no_run_is_markdown(written: str) -> None:
    (card,) = as_cards(of(f"{written}\n{written}", fields=[MessageField(label=written, value=written)]))
    blocks = [element for element in elements_of(card) if element["type"] == "RichTextBlock"]
    assert words_of([{"body": blocks}]) == [written, written, f"{written}: {written}"]


def test_a_date_to_be_worked_out_is_broken_everywhere() -> None:
    written = "{{DATE(2017-02-14T06:08:39Z,LONG)}}"
    (card,) = as_cards(of(written, title=written, fields=[MessageField(label=written, value=written)]))
    assert "{{" not in json.dumps(card["body"])
    assert letters(*words_of([card])) == letters(written * 4)


def test_a_title_holds_nothing_that_markdown_would_take_for_its_own() -> None:
    assert unformatted("The Executive of 21 January (moved)") == "The Executive of 21 January (moved)"
    assert unformatted("1. Papers").endswith("1. Papers") and not unformatted("1. Papers")[0].isascii()
    assert "](" not in unformatted("[here](https://ours.example)")
    assert "`" not in unformatted("`code`")


def test_lines_stay_lines_and_an_empty_line_is_a_space() -> None:
    (card,) = as_cards(of("One\nTwo\n\n\nThree\n  - four\r\nfive"))
    lines = list(elements_of(card))[1:]
    assert words_of([{"body": lines}]) == ["One", "Two", "Three", "\u00a0\u00a0- four", "five"]
    assert [line["spacing"] for line in lines] == ["default", "none", "default", "none", "none"]


def test_what_cannot_be_shown_is_replaced_by_the_sign_for_that() -> None:
    (card,) = as_cards(of("a\x00b\ud800c"))
    assert words_of([card])[1] == "a\ufffdb\ufffdc"


def test_a_fact_has_its_label_in_bold_and_goes_on_below() -> None:
    (card,) = as_cards(of("", fields=[MessageField(label="Where", value="Room 2\nShire Hall")]))
    assert words_of([card]) == ["The Executive", "Where: Room 2", "Shire Hall"]
    first = list(elements_of(card))[1]["inlines"]
    assert [run.get("weight") for run in first] == ["bolder", None]


@pytest.mark.parametrize(
    ("tone", "style", "words"), [("alert", "attention", "Important"), ("warning", "warning", "Please note")]
)
def test_a_tone_is_a_colour_and_words_that_say_the_same(tone: str, style: str, words: str) -> None:
    (card,) = as_cards(of("Ring now.", tone=tone))
    box = card["body"][0]
    assert box["style"] == style
    assert words_of([{"body": box["items"]}]) == [words, "The Executive"]


def test_a_plain_message_begins_with_its_title_as_a_heading() -> None:
    (card,) = as_cards(of())
    assert card["body"][0]["style"] == "heading"
    assert card["fallbackText"].startswith("The Executive.")


def test_times_are_told_by_the_reader_s_clock_too() -> None:
    at = datetime(2027, 1, 22, 10, 0, tzinfo=UTC)
    message = of("It begins on Fri 22 Jan at 10:00 there.", times=[Moment(words="Fri 22 Jan at 10:00", at=at)])
    (card,) = as_cards(message, zone=ZoneInfo("Europe/London"), reader="Europe/Paris")
    told = "It begins on Fri 22 Jan at 10:00 (where you are: Fri 22 Jan 2027, 11:00) there."
    assert words_of([card])[1] == told
    (card,) = as_cards(message, zone=ZoneInfo("Europe/London"), reader="Europe/London")
    assert words_of([card])[1] == message.text


def test_a_time_whose_words_stand_nowhere_is_told_at_the_end() -> None:
    at = datetime(2027, 1, 22, 10, 0, tzinfo=UTC)
    message = of("It begins soon.", times=[Moment(words="10:00", at=at)])
    (card,) = as_cards(message, zone=ZoneInfo("Europe/London"), reader="Europe/Paris")
    assert words_of([card])[-1] == "10:00 (where you are: Fri 22 Jan 2027, 11:00)"


# Buttons


def test_a_button_executes_what_it_does_under_its_name() -> None:
    button = Button(label="Send them", does="meeting.papers", form={"group": "executive"})
    (card,) = as_cards(of(buttons=[button]), where=ANSWER)
    assert buttons_of(card) == [
        {
            "type": "Action.Execute",
            "title": "Send them",
            "verb": "meeting.papers",
            "data": {"convenor": {"does": "meeting.papers", "form": {"group": "executive"}}, "where": "answer"},
        }
    ]


def test_a_button_that_opens_a_form_asks_for_a_dialog_and_another_does_not() -> None:
    buttons = [Button(label="Move it", does="meeting.move"), Button(label="Papers", does="meeting.papers")]
    (card,) = as_cards(of(buttons=buttons), opens=lambda does, form: does == "meeting.move" and not form)
    opening, other = buttons_of(card)
    assert opening["type"] == "Action.Submit" and opening["data"]["msteams"] == {"type": "task/fetch"}
    assert read_press(opening["data"], Keeping().kept) == Pressed("meeting.move", {}, "told")
    assert other["type"] == "Action.Execute"


def test_in_a_dialog_every_button_is_a_submit_that_opens_nothing_and_leaving_sends_nothing_that_was_typed() -> None:
    buttons = [Button(label="Move it", does="meeting.move"), Button(label="Leave it", does=LEAVE)]
    (card,) = as_cards(of(buttons=buttons), where=DIALOG, opens=lambda _does, _form: True)
    move, leave = buttons_of(card)
    assert move["type"] == leave["type"] == "Action.Submit"
    assert "msteams" not in move["data"]
    assert leave["associatedInputs"] == "none"


def test_an_alert_s_button_is_set_off() -> None:
    (card,) = as_cards(of(buttons=[Button(label="Wake people now", does="incident.wake", tone="alert")]))
    assert buttons_of(card)[0]["style"] == "destructive"


def test_buttons_stand_in_rows_that_a_telephone_shows() -> None:
    labels = ["Yes", "No", "If need be", "Another", "A much longer thing to do", "Yes", "No"]
    (card,) = as_cards(of(buttons=[Button(label=label, does="a") for label in labels]))
    rows = [element["actions"] for element in elements_of(card) if element["type"] == "ActionSet"]
    assert [len(row) for row in rows] == [3, 1, 2, 1]
    assert all(sum(len(each["title"]) + 5 for each in row) <= READABLE + 5 for row in rows)


def test_no_row_has_more_than_six_buttons() -> None:
    (card,) = as_cards(of(buttons=[Button(label="x", does="a") for _ in range(20)]))
    rows = [len(element["actions"]) for element in elements_of(card) if element["type"] == "ActionSet"]
    assert rows == [6, 6, 6, 2]


def test_a_label_too_long_for_a_telephone_stands_whole_above_its_button() -> None:
    label = "I understand that this does not get help to a child, and that I have to ring"
    (card,) = as_cards(of(buttons=[Button(label=label, does="a")]))
    assert words_of([card])[-1] == label
    assert buttons_of(card)[0]["title"].endswith("…")


def test_what_a_button_cannot_carry_is_kept_and_found_again() -> None:
    keeping = Keeping()
    button = Button(label="Send", does="a", form={"text": "long " * 900})
    (card,) = as_cards(of(buttons=[button]), keep=keeping.keep)
    data = buttons_of(card)[0]["data"]
    assert data == {"convenor": {"kept": "token-0"}, "where": "told"}
    assert read_press(data, keeping.kept) == Pressed("a", button.form, "told")
    assert read_press(data, lambda _token: None) is None
    with pytest.raises(ValueError, match="nowhere to keep"):
        as_cards(of(buttons=[button]))


@pytest.mark.parametrize(
    "data",
    [
        None, "", [], {}, {"convenor": None}, {"convenor": "x"}, {"convenor": {"does": ""}},
        {"convenor": {"does": "a"}},
        {"convenor": {"does": "a", "form": {"b": 1}}}, {"convenor": {"does": 1, "form": {}}}, {"convenor": {"kept": 3}},
        {"convenor": {"kept": "nothing"}}, {"does": "a", "form": {}},
    ],
)  # fmt: skip
def test_what_is_not_ours_is_no_press(data: object) -> None:
    assert read_press(data, Keeping().kept) is None


def test_what_stands_beside_ours_in_the_data_changes_nothing() -> None:
    data = {"convenor": {"does": "a", "form": {}}, "where": "elsewhere", "b.x": "typed", "action": "other"}
    assert read_press(data, Keeping().kept) == Pressed("a", {}, "")


# The activity


def test_an_activity_holds_one_card_and_its_summary() -> None:
    (card,) = as_cards(of("Ring now."))
    made = as_activity(card, summary="The  Executive\nmeets")
    assert made["type"] == "message" and made["summary"] == "The Executive meets"
    (attachment,) = made["attachments"]
    assert attachment == {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    assert "summary" not in as_activity(card, summary="")


# The schema


def test_the_schema_names_the_place_and_the_fault() -> None:
    (card,) = as_cards(of("Ring now.", tone="alert"))
    assert valid(card) == []
    card["body"][0]["colour"] = "red"
    card["body"][1] = {"type": "RichTextBlock"}
    assert valid(card) == [
        "body/0: Additional properties are not allowed ('colour' was unexpected)",
        "body/1: 'inlines' is a required property",
    ]
    assert valid({"type": "Card"}) and valid("a card")
