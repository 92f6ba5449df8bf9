"""What is signed before taking part: whoever has not is not let in and not counted; where papers are; skills."""

from collections.abc import Iterator

import pytest

from commands import agreements
from commands.conversation import Conversation
from commands.refusals import Refused
from commands.speakers import Speaker
from storage.arrangements.groups import Group
from storage.records import attended, ledger
from tests.commands.test_attended import CHAIR, DEPUTY, MANAGER, NURSE, POLICE, about, enters_a_deputy, on_record
from tests.offices import OURSHIRE, Office, an_office

AGREEMENT = 'agreement = { name = "confidentiality agreement", sheet = true, source = "ours §4.6" }'
QUORUM = 'quorum = { kind = "discretion", deputies = "count", source = "ours §4.4" }'
AT = "The council's own system"
DEFINITION = (
    OURSHIRE.read_text("utf-8")
    .replace('quorum = { kind = "all-partners", source = "ours §4.4" }', f"{QUORUM}\n{AGREEMENT}")
    .replace('"chief-nurse", decides = true,', '"chief-nurse", decides = true, skill = "nursing",')
    .replace('"assistant-chief-constable", decides = true,', '"assistant-chief-constable", skill = "policing",')
    .replace('slot = "3rd tuesday"', f'slot = "3rd tuesday"\npapers_at = "{AT}"')
)


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(definition=DEFINITION, opened="2027-03-15 09:00") as office:
        enters_a_deputy(office)
        office.moves_to("2027-03-16 14:05")
        yield office


def signs(office: Office, *people: str, on: str = "2027-03-01") -> None:
    for person in people:
        office.done(MANAGER, "agreement.signed", group="executive", person=person, on=on)


def group_of(office: Office) -> Group:
    return office.definition.arrangements.groups_by_id["executive"]


def test_each_person_is_asked_after_by_name_and_day_and_nobody_where_there_is_no_agreement(office: Office) -> None:
    signs(office, NURSE)
    nurse, police = office.person(NURSE), office.person(POLICE)
    with office.looking() as work:
        early = work.today.replace(day=1, month=2)
        assert agreements.unsigned(work, "executive", [nurse, police, ""]) == {police, ""}
        assert agreements.unsigned(work, group_of(office), [nurse], early) == {nurse}
        assert agreements.unsigned(work, "practice", [nurse, police]) == set()
        assert agreements.sign_first(group_of(office)).endswith("sign the confidentiality agreement (ours §4.6).")


@pytest.mark.parametrize(
    ("seat", "value", "let_in"),
    [
        (NURSE, "present", True),
        (NURSE, "deputy", False),
        (POLICE, "online", False),
        (POLICE, "apologies", True),
    ],
)
def test_whoever_has_not_signed_is_not_recorded_as_here_deputies_too(
    office: Office, seat: str, value: str, let_in: bool
) -> None:
    signs(office, NURSE)
    outcome = office.perform(MANAGER, "attended.record", **about(office), **{f"seat.{seat}": value})
    assert (seat in on_record(office)) == (not outcome.refused) == let_in
    if not let_in:
        assert [refusal.field for refusal in outcome.refusals] == [f"seat.{seat}"]
        assert "has not signed the confidentiality agreement, and nobody takes part before (ours §4.6)" in str(
            outcome.refusals[0]
        )


def test_a_signature_after_the_meeting_lets_nobody_in_afterwards(office: Office) -> None:
    form = about(office)
    office.moves_to("2027-03-17 09:00")
    signs(office, NURSE, on="2027-03-17")
    assert "has not signed" in office.refused(MANAGER, "attended.record", **form, **{f"seat.{NURSE}": "present"})
    assert "lies ahead" in office.refused(
        MANAGER, "agreement.signed", group="executive", person=POLICE, on="2027-03-18"
    )


def test_a_guest_signs_once_and_is_on_the_register_by_name(office: Office) -> None:
    form = about(office) | {"name": "Visiting auditor", "agency": "Ofsted"}
    assert "Guests sign the confidentiality agreement" in office.refused(MANAGER, "attended.guest", **form)
    office.done(MANAGER, "attended.guest", **form, signed="yes")
    office.done(MANAGER, "undo")
    office.done(MANAGER, "attended.guest", **form)  # the signature stands
    with office.looking(MANAGER) as work:
        assert "Visiting auditor, Ofsted, guest: Tue 16 Mar 2027" in agreements.listed(work, group_of(office)).text
    office.done(MANAGER, "agreement.withdraw", group="executive", person="Visiting auditor, Ofsted")
    with office.looking(MANAGER) as work:
        assert "Visiting auditor" not in agreements.listed(work, group_of(office)).text


def test_an_entry_is_withdrawn_comes_back_and_stands_once(office: Office) -> None:
    signs(office, NURSE)
    assert "on Monday 1 March 2027 already" in office.refused(
        MANAGER, "agreement.signed", group="executive", person=NURSE
    )
    office.done(MANAGER, "agreement.withdraw", group="executive", person=NURSE)
    with office.reading() as scope:
        assert attended.signed(scope, "executive") == {}
    office.done(MANAGER, "undo")
    nurse = office.person(NURSE)
    with office.reading() as scope:
        [entry] = attended.signed(scope, "executive").values()
        assert (entry.person, str(entry.on)) == (nurse, "2027-03-01")


def test_whoever_keeps_it_sees_who_is_missing_and_everybody_else_only_themselves(office: Office) -> None:
    signs(office, NURSE)
    with office.looking(MANAGER) as work:
        said = agreements.listed(work, group_of(office)).text
    missing, _, there = said.partition("Has signed:")
    assert "- Deputy Chief Nurse (deputy of the Chief Nurse)" in missing
    assert "- Chief Nurse: Mon 1 Mar 2027, entered by Business Manager" in there
    with office.looking(POLICE) as work:
        assert "not on record" in (own := agreements.listed(work, group_of(office)).text) and "Nurse" not in own


@pytest.mark.parametrize(
    ("who", "confirmed", "told"),
    [
        (NURSE, True, AT),
        (NURSE, False, "once you have confirmed who you are"),
        (POLICE, True, "to those who have signed the confidentiality agreement"),
        (MANAGER, True, "to those who have signed the confidentiality agreement"),
        ("head-teacher", True, "to those who take part in the Executive"),
    ],
)
def test_where_the_papers_are_is_said_only_to_those_who_have_signed(
    office: Office, who: str, confirmed: bool, told: str
) -> None:
    signs(office, NURSE)
    with office.looking(office.actor(who, confirmed=confirmed)) as work:
        try:
            said = agreements.papers(work, group_of(office)).text
        except Refused as refused:
            said = str(refused)
    assert told in said and (AT in said) == (told == AT)


def test_the_sheet_says_who_has_not_signed_it_and_who_left_and_came_anew_signs_nothing_twice(office: Office) -> None:
    signs(office, NURSE, CHAIR)
    form = about(office)
    office.done(MANAGER, "attended.record", **form, **{f"seat.{NURSE}": "present", f"seat.{CHAIR}": "present"})
    said = office.done(MANAGER, "attended.sheet", **form, seats=f"{CHAIR},Chief Nurse").text
    assert "Has not signed the attendance sheet" not in said
    said = office.done(MANAGER, "attended.sheet", **form, seats=CHAIR).text
    assert "Has not signed the attendance sheet: Chief Nurse." in said
    assert "none of the answers" in office.refused(MANAGER, "attended.sheet", **form, seats=POLICE)


def test_the_chair_ticks_the_skills_and_the_day_says_which_are_missing(office: Office) -> None:
    signs(office, NURSE, CHAIR, POLICE, DEPUTY)
    form = about(office)
    office.done(CHAIR, "skills.need", **form, skills="Nursing, policing")
    here = {f"seat.{CHAIR}": "present", f"seat.{POLICE}": "apologies", f"seat.{NURSE}": "deputy"}
    said = office.done(MANAGER, "attended.record", **form, **here).text
    assert "Skills that are needed and not here: policing." in said
    office.done(MANAGER, "attended.came", **form, seat=POLICE, how="online")
    left = office.done(MANAGER, "attended.left", **form, seat=NURSE).text
    assert left.startswith("Not all are here any more whom this meeting needs.")
    assert "Skills that are needed and not here: nursing." in left
    office.done(CHAIR, "skills.need", **form, skills="")
    with office.reading() as scope:
        assert attended.needed(scope, "executive", str(form["place"])) == []
    office.done(CHAIR, "undo")
    with office.reading() as scope:
        assert attended.needed(scope, "executive", str(form["place"])) == ["nursing", "policing"]
    assert "none of the answers" in office.refused(CHAIR, "skills.need", **form, skills="pathology")


def test_the_ledger_holds_ids_and_no_names_of_guests(office: Office) -> None:
    office.done(MANAGER, "attended.guest", **about(office), name="Visiting auditor", signed="yes")
    with office.reading() as scope:
        last = list(ledger.entries(scope))[-1]
        assert last.action == "attended.guest" and "Visiting" not in str(last.model_dump())


def test_the_form_shows_every_seat_with_what_was_answered_and_who_has_not_signed(office: Office) -> None:
    signs(office, CHAIR)
    talk = Conversation(office.runner, local_doors=(office.notebook.name,))
    manager = speaker(office, MANAGER)
    form = {name: str(value) for name, value in about(office).items()}
    sheet = talk.press(manager, "attended.record", form, None, office.now).sheet
    assert sheet is not None
    nurse = next(blank for blank in sheet.blanks if blank.name == f"seat.{NURSE}")
    assert "Has not signed: Chief Nurse, Deputy Chief Nurse." in nurse.hint
    assert [choice.value.partition(":")[0] for choice in nurse.choices] == [
        "present", "online", "deputy", "apologies", "absent",
    ]  # fmt: skip
    sent = sheet.form | {f"seat.{CHAIR}": "present", f"seat.{NURSE}": "present"}
    again = talk.press(manager, "attended.record", sent, "press-1", office.now)
    assert again.sheet is not None, "the form comes back with the reason beside the seat"
    assert "has not signed" in next(b.problem for b in again.sheet.blanks if b.name == f"seat.{NURSE}")
    police = speaker(office, POLICE)
    refused = talk.press(police, "attended.record", form, None, office.now)
    assert refused.sheet is None and "whoever sees to its papers or minutes" in refused.text


def speaker(office: Office, who: str) -> Speaker:
    """Somebody at the notebook's door, as they speak there."""
    return Speaker(office.notebook.name, office.partnership, str(office.actor(who).person))
