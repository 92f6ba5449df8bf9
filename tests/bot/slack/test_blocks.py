"""Neutral words as Slack's messages and as the home tab."""

import html
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.slack.blocks import NO_WORDS, as_messages, home_view, read_button
from storage.records.message import Button, Message, MessageField, Moment
from tests.bot.slack.words import (
    Keeping,
    buttons_of,
    letters,
    messages,
    read,
    said_by,
    small_words_of,
    texts,
    words_of,
)
from tests.standins.slack.limits import check_message, check_view

LONDON = ZoneInfo("Europe/London")
MADRID = "Europe/Madrid"
TEN = datetime(2027, 1, 15, 10, tzinfo=UTC)
TWO = datetime(2027, 1, 15, 14, tzinfo=UTC)

thorough = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def only(message: Message, **more: Any) -> list[dict[str, Any]]:
    """The blocks of a message that is one."""
    (words,) = as_messages(message, **more)
    return words.blocks


def within_limits(text: str, blocks: list[dict[str, Any]]) -> None:
    """Slack's own limits, and ours: room for a file's line, 4,000 characters for a screen reader."""
    check_message(text, blocks)
    assert 0 < units(text) <= 4000
    assert 0 < len(blocks) <= 48
    for button in buttons_of(blocks):
        assert units(button["value"]) <= 2000 and units(button["text"]["text"]) <= 75
    ids = [button["action_id"] for button in buttons_of(blocks)]
    assert len(ids) == len(set(ids))


def units(text: str) -> int:
    """How long a text is where somebody counts in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


# For any message


@thorough
@given(message=messages)
@example(message=Message(title="", text=""))
@example(message=Message(title="x" * 9000, text=""))
@example(message=Message(title=" ", text="\n", fields=(MessageField(label="", value=""),)))
@example(message=Message(title="T", text="&" * 30_000))
@example(message=Message(title="T", text="line\n" * 9000))
@example(message=Message(title="T", text="", buttons=(Button(label="x" * 76, does="a"),) * 40))
@example(message=Message(title="T", text="", buttons=(Button(label="Go " * 20, does="a"),) * 600))
def test_any_message_keeps_all_limits_and_every_word_in_order(message: Message) -> None:
    sent = as_messages(message, partnership="ours", keep=Keeping().keep)
    for words in sent:
        within_limits(words.text, words.blocks)
    said = letters(*(word for words in sent for word in words_of(words.blocks)))
    if not said_by(message):
        said = said.replace(letters(NO_WORDS), "")
    assert said == said_by(message) + letters(*(b.label for b in message.buttons if too_long_for_a_button(b.label)))


def too_long_for_a_button(label: str) -> bool:
    return units(html.escape(" ".join(label.split()), quote=False)) > 75


@thorough
@given(message=messages)
def test_what_a_screen_reader_hears_of_each_message_is_what_stands_in_it(message: Message) -> None:
    for words in as_messages(message, keep=Keeping().keep):
        heard = letters(words.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
        place = 0
        for word in map(letters, words_of(words.blocks)):
            place = heard.index(word, place) + len(word)


@thorough
@given(message=messages)
def test_what_any_button_carries_is_read_back_equal_and_once_each_in_order(message: Message) -> None:
    keeping = Keeping()
    sent = as_messages(message, partnership="ours", keep=keeping.keep)
    pressed = [button for words in sent for button in buttons_of(words.blocks)]
    assert [read_button(button["value"], keeping.kept) for button in pressed] == [
        (button.does, {"in": "ours", **button.form}) for button in message.buttons
    ]
    assert not any(set(button["value"]) & set("&<>") for button in pressed)


@thorough
@given(garbage=st.one_of(st.text(), st.none(), st.integers(), st.recursive(st.none() | st.text(), st.lists)))
@example(garbage="[" * 100_000)
@example(garbage="1" * 5000)
@example(garbage='{"does":"a","form":{"b":1}}')
@example(garbage='{"does":"a"}')
@example(garbage='{"does":"","form":{}}')
@example(garbage='{"kept":"another"}')
@example(garbage='{"kept":["x"]}')
@example(garbage='{"kept":"itself"}')
def test_what_cannot_be_read_from_a_button_is_nothing(garbage: object) -> None:
    kept = {"itself": '{"kept":"itself"}'}
    assert read_button(garbage, kept.get) is None


@settings(thorough, max_examples=25)
@given(several=st.lists(st.tuples(st.text(max_size=30), messages), max_size=4), said=texts)
def test_any_home_keeps_the_limits_of_a_view(several: list[tuple[str, Message]], said: str) -> None:
    view = home_view([*several, ("Ours", Message(title="What you owe", text=said))], keep=Keeping().keep)
    check_view(view, "home")
    ids = [button["action_id"] for button in buttons_of(view["blocks"])]
    assert len(ids) == len(set(ids))


# How it reads


def test_a_short_message_is_a_heading_a_text_facts_and_a_row_of_buttons() -> None:
    message = Message(
        title="Executive on Fri 15 Jan",
        text="It is not confirmed.",
        fields=(MessageField(label="Place", value="Shire Hall"), MessageField(label="Hour", value="10:00")),
        buttons=(Button(label="Confirm", does="meeting.confirm"), Button(label="Leave it", does="leave")),
    )
    (words,) = as_messages(message)
    assert [block["type"] for block in words.blocks] == ["header", "section", "section", "actions"]
    assert words_of(words.blocks) == [
        "Executive on Fri 15 Jan",
        "It is not confirmed.",
        "Place\nShire Hall",
        "Hour\n10:00",
    ]
    assert words.blocks[2]["fields"][0]["text"] == "*Place*\nShire Hall"
    assert [button["text"]["text"] for button in buttons_of(words.blocks)] == ["Confirm", "Leave it"]
    assert words.text == "Executive on Fri 15 Jan\nIt is not confirmed.\nPlace: Shire Hall\nHour: 10:00"


def test_what_people_wrote_is_never_read_as_mark_up_and_can_be_copied_exactly() -> None:
    wrote = "*Urgent* <!channel> R&D :smile: _a_ ~b~ `c` https://ours.example"
    blocks = only(Message(title=wrote, text=wrote, fields=(MessageField(label="Said", value=wrote),)))
    assert words_of(blocks) == [wrote, wrote, f"Said: {wrote}"]
    assert {text["type"] for block in blocks for text in (block.get("text"), *block.get("fields", ())) if text} == {
        "plain_text"
    }


def test_the_words_of_a_notification_call_nobody() -> None:
    (words,) = as_messages(Message(title="T", text="<!channel> & <@U1>"))
    assert words.text == "T\n&lt;!channel&gt; &amp; &lt;@U1&gt;"


def test_a_text_is_parted_at_paragraphs_then_lines_then_sentences_then_words() -> None:
    for between in ("\n\n", "\n", ". ", " "):
        piece = "x" * 900
        said = words_of(only_text(between.join([piece] * 9)))
        assert len(said) == 3
        assert all(letters(words).replace(".", "").count("x") == 2700 for words in said), between
    first, second = words_of(only_text("One is here. Two.\n" * 100 + "Three.\n\n" + "Four goes on. " * 100))
    assert first.endswith("Three.") and second.startswith("Four")


def only_text(text: str) -> list[dict[str, Any]]:
    return [block for words in as_messages(Message(title="", text=text)) for block in words.blocks]


def test_long_words_become_several_messages_that_say_so_with_the_buttons_on_the_last() -> None:
    message = Message(
        title="Weekly digest", text="A line of it.\n" * 600, buttons=(Button(label="Seen", does="digest.seen"),)
    )
    first, second, third = as_messages(message)
    assert small_words_of(first.blocks) == []
    assert small_words_of(second.blocks) == ["(continued, 2 of 3)"]
    assert third.text.startswith("Weekly digest (continued, 3 of 3)\nA line of it.")
    assert [len(buttons_of(words.blocks)) for words in (first, second, third)] == [0, 0, 1]


def test_buttons_stand_five_in_a_row_and_together() -> None:
    many = tuple(Button(label=f"Action {number}", does="action.done") for number in range(60))
    message = Message(title="Actions", text="One. " * 700, buttons=many)
    last = as_messages(message)[-1]
    rows = [len(block["elements"]) for block in last.blocks if block["type"] == "actions"]
    assert rows == [5] * 12
    assert [button["action_id"] for button in buttons_of(last.blocks)] == [f"press:{n}" for n in range(60)]


def test_buttons_that_do_not_all_fit_under_the_words_stand_together_in_a_message_of_their_own() -> None:
    message = Message(
        title="",
        text="x" * 3000,
        fields=(MessageField(label="A", value="1"),) * 30,
        buttons=tuple(Button(label=f"Action {number}", does="action.done") for number in range(60)),
    )
    assert [len(buttons_of(words.blocks)) for words in as_messages(message)] == [0, 60]


def test_only_an_alerting_button_is_red() -> None:
    message = Message(
        title="T",
        text="",
        tone="alert",
        buttons=(Button(label="A", does="a", tone="alert"), Button(label="B", does="b", tone="warning")),
    )
    assert [button.get("style") for button in buttons_of(only(message))] == ["danger", None]


def test_a_label_too_long_for_a_button_stands_whole_above_it() -> None:
    label = "Record that the papers of the Quality and Improvement in Practice Subgroup are out, all of them"
    blocks = only(Message(title="T", text="", buttons=(Button(label=label, does="a"),)))
    assert words_of(blocks) == ["T", label]
    assert buttons_of(blocks)[0]["text"]["text"].endswith("…")


def test_a_fact_too_long_for_a_field_stands_alone() -> None:
    long = "Known. " * 500
    fields = (
        MessageField(label="A", value="1"),
        MessageField(label="Long", value=long),
        MessageField(label="B", value="2"),
    )
    blocks = [b for words in as_messages(Message(title="", text="", fields=fields)) for b in words.blocks]
    said = words_of(blocks)
    assert said[0] == "A\n1" and said[1].startswith("Long: Known.") and said[-1] == "B\n2"


# Buttons


def test_a_button_names_its_own_partnership_before_that_of_the_message() -> None:
    own = Button(label="A", does="a", form={"in": "theirs"})
    value = buttons_of(only(Message(title="T", text="", buttons=(own,)), partnership="ours"))[0]["value"]
    assert json.loads(value) == {"does": "a", "form": {"in": "theirs"}}


def test_what_a_button_cannot_carry_is_kept_and_found_again() -> None:
    keeping = Keeping()
    form = {"line": "😀" * 1500}
    button = Button(label="Again", does="say", form=form)
    value = buttons_of(only(Message(title="T", text="", buttons=(button,)), keep=keeping.keep))[0]["value"]
    assert json.loads(value) == {"kept": "token-0"}
    assert read_button(value, keeping.kept) == ("say", form)
    assert read_button(value, lambda token: None) is None


def test_what_a_button_cannot_carry_is_not_lost_in_silence() -> None:
    with pytest.raises(ValueError, match="nowhere to keep it"):
        as_messages(Message(title="T", text="", buttons=(Button(label="A", does="a", form={"line": "x" * 2000}),)))


# Times


def test_a_time_is_told_beside_its_words_where_the_reader_lives_by_another_clock() -> None:
    message = Message(
        title="Executive", text="It is on Fri 15 Jan at 10:00.", times=(Moment(words="Fri 15 Jan at 10:00", at=TEN),)
    )
    (words,) = as_messages(message, zone=LONDON, reader=MADRID)
    stamp = int(TEN.timestamp())
    assert words.blocks[1]["text"] == {
        "type": "mrkdwn",
        "verbatim": True,
        "text": "It is on Fri 15 Jan at 10:00 (where you are: "
        f"<!date^{stamp}^{{date_short_pretty}} {{time}}|Fri 15 Jan 2027, 11:00>).",
    }
    assert words.text.endswith("It is on Fri 15 Jan at 10:00 (where you are: Fri 15 Jan 2027, 11:00).")


@pytest.mark.parametrize("reader", ["Europe/Jersey", "", "Nowhere/Town", "Europe", "../etc/passwd", "\x00"])
def test_nothing_is_added_for_the_same_hour_or_a_place_that_is_not_known(reader: str) -> None:
    message = Message(title="T", text="At 10:00.", times=(Moment(words="10:00", at=TEN),))
    assert only(message, zone=LONDON, reader=reader) == only(Message(title="T", text="At 10:00."))


def test_a_zone_that_differs_in_winter_only_is_told_in_winter_only() -> None:
    summer = datetime(2027, 7, 16, 9, tzinfo=UTC)
    message = Message(
        title="T", text="In January and July.", times=(Moment(words="January", at=TEN), Moment(words="July", at=summer))
    )
    (said,) = words_of(only(message, zone=LONDON, reader="Africa/Algiers"))[1:]
    assert said == "In January (where you are: Fri 15 Jan 2027, 11:00) and July."


def test_a_time_in_words_that_slack_would_format_stands_under_them() -> None:
    message = Message(title="T", text="*Executive* at 10:00", times=(Moment(words="10:00", at=TEN),))
    blocks = only(message, zone=LONDON, reader=MADRID)
    assert words_of(blocks) == ["T", "*Executive* at 10:00"]
    assert small_words_of(blocks) == ["10:00 (where you are: Fri 15 Jan 2027, 11:00)"]


def test_times_in_facts_and_titles_and_nowhere_are_told_under_them() -> None:
    message = Message(
        title="At 10:00",
        text="",
        fields=(MessageField(label="Ends", value="14:00"),),
        times=(Moment(words="10:00", at=TEN), Moment(words="14:00", at=TWO), Moment(words="noon", at=TEN)),
    )
    blocks = only(message, zone=LONDON, reader=MADRID)
    assert [block["type"] for block in blocks] == ["header", "context", "section", "context", "context"]
    assert [words.split(" (")[0] for words in small_words_of(blocks)] == ["10:00", "14:00", "noon"]


def test_a_time_inside_the_words_of_another_is_not_taken_for_it() -> None:
    message = Message(
        title="",
        text="Not 110:00 but Fri at 10:00, then 10:00 again.",
        times=(Moment(words="10:00", at=TWO), Moment(words="Fri at 10:00", at=TEN)),
    )
    (said,) = words_of(only(message, zone=LONDON, reader=MADRID))
    assert said == (
        "Not 110:00 but Fri at 10:00 (where you are: Fri 15 Jan 2027, 11:00), "
        "then 10:00 (where you are: Fri 15 Jan 2027, 15:00) again."
    )


@settings(thorough, max_examples=25)
@given(
    message=messages,
    times=st.lists(
        st.builds(
            Moment,
            words=st.sampled_from(("The Executive meets", "word", "*bold*", "Is that", "nowhere at all", "x" * 400)),
            at=st.datetimes(timezones=st.just(UTC)),
        ),
        max_size=30,
    ),
)
def test_times_break_no_limit_and_no_words(message: Message, times: list[Moment]) -> None:
    told = message.model_copy(update={"times": tuple(times), "buttons": ()})
    sent = as_messages(told, zone=LONDON, reader="Asia/Kolkata")
    for words in sent:
        within_limits(words.text, words.blocks)
    without = [read_block for words in sent for read_block in words_of(words.blocks)]
    cleaned = letters(*without)
    for moment in times:
        cleaned = cleaned.replace(letters(where(moment)), "")
    assert cleaned in (said_by(message), letters(NO_WORDS))


def where(moment: Moment) -> str:
    try:
        local = moment.at.astimezone(ZoneInfo("Asia/Kolkata"))
    except OverflowError:
        return ""
    return f" (where you are: {local:%a} {local.day} {local:%b} {local.year}, {local:%H:%M})"


# Home


def test_a_home_of_two_partnerships_names_each_and_keeps_their_buttons_apart() -> None:
    ours = Message(title="What you owe", text="Nothing.", buttons=(Button(label="Help", does="say"),))
    view = home_view([("Ours", ours), ("Theirs", ours)])
    assert [block["type"] for block in view["blocks"]] == [
        *("context", "header", "section", "actions"),
        "divider",
        *("context", "header", "section", "actions"),
    ]
    assert [button["action_id"] for button in buttons_of(view["blocks"])] == ["press:0", "press:1"]


def test_what_a_home_cannot_hold_is_said_at_its_end() -> None:
    view = home_view([("", Message(title="What you owe", text="x" * 400_000))], command="/ours")
    check_view(view, "home")
    assert read(view["blocks"][-1]["elements"][0]) == "There is more: write /ours me"
    assert not small_words_of(home_view([("", Message(title="What you owe", text="x" * 20_000))])["blocks"])
