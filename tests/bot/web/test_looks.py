"""Neutral words and blanks as components: everything is shown as text, everything typed stands there again."""

import pytest
from jinja2 import UndefinedError

from bot.web.looks import FEW, Fill, Page, drawn, paragraphs
from storage.records.message import Blank, Choice, MessageField

NASTY = "<script>alert(1)</script> \" ' & {{ 7 * 7 }}"


def shown(*blanks: Blank, **page: object) -> str:
    given = {"title": "A title", "form": Fill("Send", blanks), **page}
    return drawn(Page(**given), mark="a-mark", assets="/assets/")  # type: ignore[arg-type]


def choices(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(value=f"v{n}", label=f"Label {n}") for n in range(count))


@pytest.mark.parametrize("kind", ["day", "hour", "words", "text", "number"])
def test_what_was_typed_stands_in_the_field_again_as_text(kind: str) -> None:
    html = shown(Blank(name="it", label=NASTY, kind=kind, value=NASTY, hint=NASTY, problem=NASTY))  # type: ignore[arg-type]
    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4
    assert "49" not in html


def test_a_page_s_own_words_are_text_too() -> None:
    html = shown(
        title=NASTY, text=NASTY, fields=(MessageField(label=NASTY, value=NASTY),), problems=(NASTY,), name=NASTY
    )
    assert "<script>alert" not in html


def test_what_was_chosen_and_ticked_is_chosen_and_ticked_again() -> None:
    radios = shown(Blank(name="it", label="It", kind="choice", choices=choices(3), value="v1"))
    assert radios.count("checked") == 1 and 'value="v1" checked' in radios
    ticks = shown(Blank(name="it", label="It", kind="choices", choices=choices(3), value="v0,v2"))
    assert ticks.count(" checked") == 2
    listed = shown(Blank(name="it", label="It", kind="choice", choices=choices(FEW + 1), value="v3"))
    assert "<select" in listed and 'value="v3" selected' in listed


def test_nothing_is_chosen_where_nothing_was() -> None:
    assert "checked" not in shown(Blank(name="it", label="It", kind="choice", choices=choices(3)))
    assert "checked" not in shown(Blank(name="it", label="It", kind="choice", choices=choices(3), needed=False))


def test_each_mistake_stands_beside_its_field_and_above_with_the_way_to_it() -> None:
    html = shown(Blank(name="it", label="It", problem="This is needed."), Blank(name="other", label="Other"))
    assert 'href="#it"' in html and 'id="it-error"' in html and 'href="#other"' not in html
    assert "<title>Error: A title" in html


def test_a_hint_is_not_said_twice_where_it_says_what_to_do() -> None:
    html = shown(
        Blank(name="it", label="It", hint="Write it like 9:30.", problem="This is no time. Write it like 9:30.")
    )
    assert html.count("Write it like 9:30.") == 1


def test_a_text_becomes_paragraphs_and_lists() -> None:
    found = paragraphs("One\ntwo\n\n- a\n- b\nAfter\n\n\n")
    assert [(each.lines, each.points) for each in found] == [
        (("One", "two"), False),
        (("a", "b"), True),
        (("After",), False),
    ]
    assert paragraphs("") == []


def test_a_template_that_names_what_is_not_there_fails() -> None:
    with pytest.raises(UndefinedError):
        drawn(Page("A title"), mark="", assets="", template="record")
