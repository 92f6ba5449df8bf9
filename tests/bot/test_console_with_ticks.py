"""Blanks of which several answers may be ticked, at the terminal: by numbers, by words, and long lists unlisted."""

from bot.terminal import drawing
from bot.terminal.console import Filling
from commands import steps
from commands.steps import Asked, Step
from storage.records.message import Blank, Choice, Sheet
from tests.bot.test_console import Desk
from tests.offices import an_office


def offering(many: int) -> Blank:
    """A blank of so many answers."""
    choices = tuple(Choice(value=f"v{number}", label=f"Agency {number}") for number in range(1, many + 1))
    return Blank(name="agencies", label="Agencies", kind="choices", choices=choices, needed=False)


def test_several_answers_are_numbered_and_how_to_give_them_is_said() -> None:
    lines = drawing.blank(offering(3), 80)
    assert lines[1:] == [
        "  1 Agency 1",
        "  2 Agency 2",
        "  3 Agency 3",
        "  Several: write their numbers with commas between.",
    ]
    assert not any("Several" in line for line in drawing.blank(offering(1), 80))


def test_a_very_long_list_is_not_listed() -> None:
    assert drawing.blank(offering(101), 80)[-1] == "  Write one of 101 names."


def test_numbers_with_commas_between_tick_those_and_words_stay_as_they_are() -> None:
    with an_office() as office:
        console = Desk(office).console
        for typed, kept in [
            ("1, 3", "v1,v3"),
            ("2", "v2"),
            ("Agency 1; v2", "Agency 1; v2"),
            ("1, 9", "1, 9"),
            ("", ""),
        ]:
            console.filling = Filling.of(_sheet())
            console.take(typed)
            assert console.filling is not None and console.filling.values["agencies"] == kept


def _sheet() -> Sheet:
    last = Blank(name="more", label="More", needed=False)
    return Sheet(does="nothing", label="Send", blanks=(offering(3), last))


def test_several_answers_are_read_by_value_or_label_however_they_are_separated() -> None:
    choices = (
        Choice(value="health", label="Health, and its trusts"),
        Choice(value="police", label="Police"),
        Choice(value="council", label="Council"),
    )
    step = Step("nothing", "T", "Send", (Asked("agencies", "Agencies", "choices", choices=choices),))
    with an_office() as office, office.looking() as work:
        for typed, found in [
            ("health,police", ["health", "police"]),
            ("Health, and its trusts, Police", ["health", "police"]),
            ("police; council", ["police", "council"]),
            ("Council\npolice\npolice", ["council", "police"]),
        ]:
            assert steps.read(work, step, {"agencies": typed}).form == {"agencies": found}
        (problem,) = steps.read(work, step, {"agencies": "police, circus"}).problems
        assert str(problem) == '"circus" is none of the answers. Choose among: Health, and its trusts; Police; Council.'
