"""Blanks of which several answers may be ticked: as checkboxes or a select for several, and what comes back."""

from typing import Any

import pytest

from bot.chat.drafts import OF_CASES, Drafts
from bot.slack.forms import as_modal, carry, errors_for, pages, read_modal
from commands import notifying_forms, steps
from commands.definitions import shipped
from commands.refusals import Refusal
from commands.speakers import Speaker
from storage.records.message import Blank, Choice, Message, Sheet
from storage.records.sealing import Seal
from tests.bot.slack.words import Keeping
from tests.offices import SEAL, an_office
from tests.standins.slack.inputs import value_for
from tests.standins.slack.limits import check_view


def offering(many: int, value: str = "", prefix: str = "v") -> Sheet:
    """A form with one blank of so many answers."""
    choices = tuple(Choice(value=f"{prefix}{number}", label=f"Agency {number}, its team") for number in range(many))
    blank = Blank(name="agencies", label="Agencies", kind="choices", value=value, choices=choices, needed=False)
    return Sheet(does="incident.notify", label="Notify", blanks=(blank,))


def shown(sheet: Sheet, keeping: Keeping) -> tuple[dict[str, Any], dict[str, Any]]:
    """The view of a form, within Slack's limits, and the element of its blank."""
    view = as_modal(Message(title="Notify", text="", sheet=sheet), meta=carry(sheet, keeping.keep))
    check_view(view, "modal")
    (element,) = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    return view, element


@pytest.mark.parametrize(
    ("many", "kind"), [(1, "checkboxes"), (10, "checkboxes"), (11, "multi_static_select"), (250, "multi_static_select")]
)
@pytest.mark.parametrize("prefix", ["v", "<"])
def test_what_is_ticked_comes_back_as_values_with_commas_between(many: int, kind: str, prefix: str) -> None:
    keeping = Keeping()
    view, element = shown(offering(many, prefix=prefix), keeping)
    assert element["type"] == kind and "initial_options" not in element
    last = f"{prefix}{many - 1}"
    labels = ["Agency 0, its team", f"Agency {many - 1}, its team"][: min(many, 2)]
    state = {"type": kind, "selected_options": value_for(element, labels)}
    filled = read_modal({**view, "state": {"values": {"agencies": {element["action_id"]: state}}}}, keeping.kept)
    assert filled is not None and filled.form == {"agencies": f"{prefix}0" if many == 1 else f"{prefix}0,{last}"}


def test_what_stood_there_is_ticked_again_and_what_is_not_on_offer_is_left_out() -> None:
    _, element = shown(offering(3, value="v2,v0,v0,nothing"), Keeping())
    assert [option["value"] for option in element["initial_options"]] == ["v2", "v0"]


def test_nothing_ticked_leaves_the_blank_empty() -> None:
    keeping = Keeping()
    view, element = shown(offering(3), keeping)
    state = {"type": element["type"], "selected_options": []}
    filled = read_modal({**view, "state": {"values": {"agencies": {element["action_id"]: state}}}}, keeping.kept)
    assert filled is not None and filled.form == {}


def test_of_a_form_about_a_case_no_draft_keeps_what_was_refused_or_is_a_document() -> None:
    harm = Choice(value="serious-harm", label="Serious harm")
    blanks = (
        Blank(name="kind", label="Kind", kind="choice", value="serious-harm", choices=(harm,)),
        Blank(name="aware", label="Day", kind="day", value="12 Jan 2027"),
        Blank(name="ring_who", label="Who", value="Canarywing 7", problem="This is no role."),
        Blank(name="authority_reference", label="Reference", value="He said that " * 10),
        Blank(name="ring_number", label="Number", value="born 12 March 2015"),
    )  # fmt: skip
    kept = {
        "kind": "serious-harm",
        "aware": "12 Jan 2027",
        "ring_who": "",
        "authority_reference": "",
        "ring_number": "",
    }
    with an_office() as office:
        speaker = Speaker("notebook", office.partnership, office.person("chief-nurse"))
        drafts = Drafts(office.runner.store, SEAL, lambda: office.now)
        assert isinstance(drafts.seal, Seal)
        for does in (f"{OF_CASES}notify", f"{OF_CASES}notify-for"):
            sheet = Sheet(does=does, label="Notify", blanks=blanks)
            drafts.keep(speaker, sheet)
            empty = sheet.model_copy(update={"blanks": tuple(b.model_copy(update={"value": ""}) for b in blanks)})
            again, found = drafts.recalled(speaker, empty)
            assert found and {blank.name: blank.value for blank in again.blanks} == kept


@pytest.mark.parametrize("name", shipped())
def test_the_form_of_every_shipped_partnership_is_one_view_within_limits(name: str) -> None:
    with an_office(definition=name) as office, office.looking("business-manager") as work:
        for step in (notifying_forms.made(work, {}), notifying_forms.made_for(work, {})):
            message = steps.sheet(work, step, {})
            assert message.sheet is not None and pages(message.sheet) == [message.sheet]
            view = as_modal(message, meta=carry(message.sheet))
            check_view(view, "modal")
            assert not [blank.label for blank in message.sheet.blanks if blank.kind == "text"]
            assert "Nothing of it" not in str(view) and view["blocks"][0]["block_id"] == "ticked"
            assert errors_for(steps.sheet(work, step, {}, [Refusal("No.", "kind")])) is not None
