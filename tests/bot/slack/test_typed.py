"""What Slack makes of typed text is taken back."""

import pytest

from bot.slack.typed import as_typed, without_mention


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("meeting next executive", "meeting next executive"),
        ("action add Terms &amp; conditions by &lt;Friday&gt;", "action add Terms & conditions by <Friday>"),
        (
            "people cover chair by <mailto:nurse@example.org|nurse@example.org>",
            "people cover chair by nurse@example.org",
        ),
        ("people cover chair by <mailto:nurse@example.org>", "people cover chair by nurse@example.org"),
        ("see <https://example.org/a?b=1&amp;c=2>", "see https://example.org/a?b=1&c=2"),
        ("see <http://example.org|example.org>", "see example.org"),
        ("ask <@U123> about it", "ask <@U123> about it"),
        ("in <#C123|safeguarding>", "in safeguarding"),
        ("&amp;lt;", "&lt;"),
        ("", ""),
    ],
)
def test_text_is_read_as_it_was_typed(sent: str, typed: str) -> None:
    assert as_typed(sent) == typed


def test_a_call_of_the_bot_is_no_part_of_the_line() -> None:
    assert without_mention("<@U0BOT> meeting next") == "meeting next"
    assert without_mention("meeting next <@U0BOT>") == "meeting next"
    assert without_mention("meeting next") == "meeting next"
