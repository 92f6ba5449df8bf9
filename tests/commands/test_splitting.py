"""A typed or pasted line in words: what phones and word processors make of it is undone."""

import pytest

from commands.splitting import cleaned, split

KNOWN = ("by", "for", "in")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("meeting next cdop", ("meeting", "next", "cdop")),
        ("  meeting\u00a0next\n\tcdop ", ("meeting", "next", "cdop")),
        ("/convenor meeting next", ("meeting", "next")),
        ("@Convenor: meeting next", ("meeting", "next")),
        ("meeting next cdop?", ("meeting", "next", "cdop")),
        ("meeting next “Management Group”.", ("meeting", "next", "Management Group")),
        ("meeting next ‘Management Group’", ("meeting", "next", "Management Group")),
        ("meeting next 'Management Group'", ("meeting", "next", "Management Group")),
        (
            "people whois Director of Children’s Services",
            ("people", "whois", "Director", "of", "Children's", "Services"),
        ),
        ('action add "Write, then send" now', ("action", "add", "Write, then send", "now")),
        ('action add 2" pipe', ("action", "add", "2", "pipe")),
        ("action add first – second", ("action", "add", "first", "–", "second")),
        ("meeting\u200b next", ("meeting", "next")),
        ("", ()),
        ("...", ()),
    ],
)
def test_a_line_comes_apart_into_its_words(typed: str, words: tuple[str, ...]) -> None:
    assert split(typed, KNOWN).words == words


@pytest.mark.parametrize("dash", ["--", "—", "–", "-", "−−", "――"])
def test_any_dash_before_a_known_word_makes_an_option(dash: str) -> None:
    line = split(f"action add Write it {dash}for Designated Nurse {dash}by 14 Jan.", KNOWN)
    assert line.words == ("action", "add", "Write", "it")
    assert line.options == {"for": "Designated Nurse", "by": "14 Jan"}


@pytest.mark.parametrize(
    "typed", ["meeting move --help", "meeting move —help", "meeting -h", "meeting ?", "meeting help"]
)
def test_help_is_asked_for_in_many_ways(typed: str) -> None:
    assert split(typed, KNOWN).asks_for_help


def test_a_line_is_cleaned_of_what_nobody_sees() -> None:
    assert cleaned("\ufeffmeeting\u2028 next “x”") == 'meeting next "x"'
