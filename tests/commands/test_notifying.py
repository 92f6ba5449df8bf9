"""Notifying: what is asked, what will not do, who hears what, and that nothing typed is said or kept elsewhere."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import col, func, select

from commands import notifying, notifying_forms, notifying_pages, permissions, steps
from commands.cases import facts_told
from commands.incidents import ACTIONS as SWITCHING
from commands.notifying import offered
from storage.arrangements.pathways import FLAGS
from storage.records import incidents, notifications, outbox, people, tellings
from storage.records.ledger import Entry
from storage.records.links import Link
from storage.records.notifications import Notification
from storage.records.people import Person
from storage.records.requests import Request
from tests.commands.notified import (
    EVERYTHING,
    FILLED,
    NOW,
    a_partnership,
    an_open_office,
    case_of,
    sends,
    talk,
    voice,
    wrong,
)
from tests.offices import Office, an_office

CANARY = "Canarywing"
TOLD = ("council-lead", "police-lead", "health-lead")


@pytest.fixture
def office() -> Iterator[Office]:
    with an_open_office() as office:
        yield office


def told_of(office: Office, reference: str = "TEST-1") -> dict[str, object]:
    with office.looking() as work:
        case = incidents.find(work.scope, reference)
        assert case is not None
        return facts_told(work, case)


def entries(office: Office) -> int:
    with office.reading() as scope:
        return scope.session.exec(select(func.count(col(Entry.seq)))).one()


def nothing_is_open(office: Office) -> bool:
    with office.reading() as scope:
        return not incidents.every(scope)


# The word


@pytest.mark.parametrize("line", ["incident", "incident notify", "notify", "Notify:", "incident wibble"])
def test_the_word_opens_the_form_and_says_first_what_it_is_not(office: Office, line: str) -> None:
    answer = talk(office).answer(voice(office, "doctor"), line, None, office.now)
    assert answer.text.startswith("This is not the way to get help for a child.") and "01234 500500" in answer.text
    assert [button.label for button in answer.buttons] == ["Open the form"]
    form = talk(office).press(voice(office, "doctor"), answer.buttons[0].does, answer.buttons[0].form, None, office.now)
    assert form.sheet is not None and not form.text
    first = form.sheet.blanks[0]
    assert first.name == "ticked" and "999" in first.label and "01234 500500" in first.label
    assert not [blank.name for blank in form.sheet.blanks if blank.kind == "text"]


@pytest.mark.parametrize("line", [f"notify {CANARY}, aged seven", f"incident notify {CANARY}", f"incident {CANARY}"])
def test_nothing_behind_the_word_is_kept_or_said_again(
    office: Office, caplog: pytest.LogCaptureFixture, line: str
) -> None:
    before = entries(office)
    with caplog.at_level(logging.DEBUG):
        answer = talk(office).answer(voice(office, "doctor"), line, "key", office.now)
    assert answer.buttons and "Nothing has been kept of what you wrote" in answer.text
    assert CANARY not in answer.model_dump_json() and entries(office) == before
    assert CANARY not in "".join(f"{record.__dict__}" for record in caplog.records)
    with office.reading() as scope:
        assert not scope.session.exec(select(Request)).all()


def test_only_who_handles_notifications_is_offered_to_enter_one_for_somebody_else(office: Office) -> None:
    for post, labels in [
        ("doctor", ["Open the form"]),
        ("desk", ["Open the form", "Enter it for somebody else"]),
        ("business-manager", ["Open the form", "Enter it for somebody else"]),
    ]:
        answer = talk(office).answer(voice(office, post), "notify", None, office.now)
        assert [button.label for button in answer.buttons] == labels, post


def test_while_it_is_switched_off_the_word_says_what_to_do_meanwhile(office: Office) -> None:
    assert "incident.switch-off" in {action.name for action in SWITCHING}
    office.done("business-manager", "incident.switch-off", pathway="serious-incident")
    answer = talk(office).answer(voice(office, "doctor"), f"notify {CANARY}", None, office.now)
    assert answer.title == "Incidents cannot be notified here yet" and not answer.buttons
    said = ("ring 999", "not been switched on", "own form and ring the Business manager", "Nothing has been kept")
    for words in said:
        assert words in answer.text
    assert "own form and ring the Business manager" in sends(office, "doctor").text
    assert nothing_is_open(office)


def test_without_a_key_nothing_can_be_notified_and_the_word_says_why(office: Office) -> None:
    with office.looking("doctor") as work:
        work.seal = None
        answer = offered(work)
    assert "No encryption key is set." in answer.text and "ring the Business manager" in answer.text
    assert not answer.buttons


# The form


def test_a_form_filled_in_well_tells_the_partners_and_the_notifier_hears_only_that(office: Office) -> None:
    answer = sends(office, "doctor")
    assert answer.title == "OSCP: received, TEST-1"
    assert "The partners are told." in answer.text and "ring 999" in answer.text
    for words in ("seriously harmed", "Police", "Designated", "567890", "Council lead"):
        assert words not in answer.model_dump_json()
    case = case_of(office)
    assert (case.kind, case.came_by, case.notifier) == ("serious-harm", "chat", office.person("doctor"))
    assert case.facts["aware"] == "2027-01-12T16:00:00+00:00" and case.received_at == office.now
    office.deliver()
    assert all(office.sent_to(post) for post in TOLD)
    assert not [message for message in office.sent_to("doctor") if "TEST-1" in message.title]


def test_what_was_told_is_stored_sealed_and_is_read_with_the_key(office: Office) -> None:
    sends(office, "doctor", flags="looked-after,nhs-wales", authority_reference="ls/2027-31", happened="12 Jan 2027")
    assert told_of(office) == {
        "area": "own",
        "agencies": ["police", "health"],
        "children": 2,
        "flags": ["looked-after", "nhs-wales"],
        "authority_reference": "LS/2027-31",
        "ring_who": "Designated Doctor on call",
        "ring_number": "01234 567890",
        "happened": "2027-01-12",
    }
    assert "567890" not in case_of(office).sealed
    with office.looking() as work:
        shown = {field.label: field.value for field in notifying_forms.told_fields(work, told_of(office))}
    assert shown["Known"] == f"{FLAGS['looked-after']}; {FLAGS['nhs-wales']}"
    assert shown["When it happened"] == "Tuesday 12 January 2027" and shown["Agencies involved"] == "Police, Health"


def test_labels_and_numbers_do_as_well_as_what_stands_behind_them(office: Office) -> None:
    flags = "A looked-after child, A care leaver"
    sends(office, "doctor", agencies="Police; Health", flags=flags, area="In another area", other_area="wirral")
    told = told_of(office)
    assert told["agencies"] == ["police", "health"] and told["area"] == "wirral"
    assert told["flags"] == ["looked-after", "care-leaver", "other-area"]


def test_a_kind_that_tells_of_a_child_by_its_name_is_no_cry_for_help(office: Office) -> None:
    assert sends(office, "doctor", kind="A child has been seriously harmed and abuse is suspected").title.startswith(
        "OSCP"
    )
    assert sends(office, "doctor", ring_who="my child is being hurt").title == "If a child is in danger, ring 999 now"


def test_all_that_is_wrong_is_said_at_once_beside_its_field_and_nothing_typed_is_lost(office: Office) -> None:
    typed = {
        "ticked": "",
        "kind": "wibble",
        "aware": "14 Jan 2027",
        "aware_hour": "some time",
        "authority_aware": "12 Jan 2027",
        "happened": "15 Jan 2027",
        "area": "other",
        "agencies": "police, the circus",
        "children": "5",
        "authority_reference": f"{CANARY} Smith",
        "ring_who": f"{CANARY} 7",
        "ring_number": "12",
    }
    answer = sends(office, "doctor", **typed)
    found = wrong(answer)
    assert found.keys() == {*typed, "authority_aware_hour", "other_area"} - {"area", "authority_aware"}
    assert "lies ahead" in found["aware"] and "The day needs its hour" in found["authority_aware_hour"]
    assert "second notification with the same reference" in found["children"]
    for said in found.values():
        assert not any(word in said for word in (CANARY, "wibble", "circus", "some time")), said
    assert answer.sheet is not None and not answer.text
    values = {blank.name: blank.value for blank in answer.sheet.blanks}
    assert {name: values[name] for name in typed} == typed
    assert nothing_is_open(office)


def test_what_is_wrong_is_in_no_log_and_no_record(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    before = entries(office)
    with caplog.at_level(logging.DEBUG):
        sends(office, "doctor", authority_reference=CANARY, ring_who=f"{CANARY} 7", aware=f"{CANARY} day")
    assert CANARY not in "".join(f"{record.__dict__}" for record in caplog.records)
    assert entries(office) == before
    with office.reading() as scope:
        assert not scope.session.exec(select(Request)).all()


@pytest.mark.parametrize(
    "field", ["aware", "aware_hour", "kind", "agencies", "children", "authority_reference", "ring_who"]
)
def test_a_pasted_wall_of_text_is_refused_beside_its_field(office: Office, field: str) -> None:
    found = wrong(sends(office, "doctor", **{field: f'He said "{CANARY}" and ' * 200}))
    assert "too long for this field. Nothing of it has been kept" in found[field] and CANARY not in str(found)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("authority_reference", "943 476 5919"), ("authority_reference", "9434765919"),
        ("authority_reference", "12/03/2015"), ("authority_reference", "12032015"),
        ("authority_reference", "2015-03-12"), ("authority_reference", "SMITH"),
        ("authority_reference", "A" * 30 + "1"),
        ("ring_number", "999"), ("ring_number", "9434765919"), ("ring_number", "+1 212 555 0100"),
        ("ring_number", "012345"), ("ring_who", "Nurse 7"), ("ring_who", "a" * 61),
        ("children", "0"), ("children", "two"), ("agencies", "circus"), ("flags", "not-published"),
        ("aware_hour", "11:01"), ("happened", "13 Jan 2027"), ("authority_aware_hour", "09:00"),
    ],
)  # fmt: skip
def test_each_slip_is_met_beside_its_field(office: Office, field: str, text: str) -> None:
    changed = {"aware": "13 Jan 2027"} if text == "11:01" else {}
    beside = {"happened": "aware", "authority_aware_hour": "authority_aware"}.get(field, field)
    assert set(wrong(sends(office, "doctor", **{field: text}, **changed))) == {beside}
    assert nothing_is_open(office)


@pytest.mark.parametrize("number", ["01234 567890", "+44 (0)1234 567890", "0044 1234 567890", "0300 123 4567 ext 12"])
def test_numbers_are_taken_as_people_write_them(office: Office, number: str) -> None:
    sends(office, "doctor", ring_number=number)
    assert str(told_of(office)["ring_number"]).startswith(("01234", "0300 123 4567 ext 12"))


def test_an_hour_that_the_spring_clock_leaves_out_is_refused_and_one_that_comes_twice_is_the_first() -> None:
    with an_open_office("2027-03-29 09:00") as office:
        assert (
            "clocks went forward"
            in wrong(sends(office, "doctor", aware="28 Mar 2027", aware_hour="01:30"))["aware_hour"]
        )
    with an_open_office("2027-11-01 09:00") as office:
        sends(office, "doctor", aware="31 Oct 2027", aware_hour="01:30")
        assert case_of(office).facts["aware"] == "2027-10-31T00:30:00+00:00"


def test_a_press_that_comes_twice_opens_one_case(office: Office) -> None:
    first, second = (
        talk(office).press(voice(office, "doctor"), "incident.notify", dict(FILLED), "press-1", office.now)
        for _ in range(2)
    )
    assert first == second
    with office.reading() as scope:
        assert len(incidents.every(scope)) == 1


def test_somebody_not_confirmed_may_tell_and_the_handler_sees_that(office: Office) -> None:
    with office.looking("doctor") as work:
        filled = steps.read(work, notifying_forms.made(work, {}), FILLED)
    assert not filled.problems
    who = office.actor("doctor", confirmed=False)
    outcome = office.runner.perform(who, "incident.notify", filled.form, None, office.now)
    assert outcome.answer is not None and outcome.answer.title == "OSCP: received, TEST-1"
    office.deliver()
    assert "TEST-1: the account is not confirmed" in office.told("business-manager")
    assert all(office.sent_to(post) for post in TOLD)


def test_the_steps_ask_only_for_what_their_actions_take() -> None:
    arrangements = a_partnership(words=True)
    forms = {action.name: action.form for action in (*notifying.ACTIONS, *notifying_pages.ACTIONS)}
    made = [
        notifying_forms.step(arrangements, outside=False),
        notifying_forms.step(arrangements, outside=True),
        notifying_forms.step_for(arrangements),
    ]
    assert {step.action for step in made} < forms.keys()
    for step in made:
        assert {asked.name for asked in step.asks} <= set(forms[step.action].model_fields) and step.quiet
    assert [step.action for step in made if any(asked.kind == "text" for asked in step.asks)] == ["notification.begin"]


def test_with_several_pathways_it_is_asked_which_one_and_its_own_kinds_hold() -> None:
    arrangements = a_partnership()
    first = arrangements.pathways[0]
    other = {"id": "death-of-an-adult", "name": "Another", "kinds": ({"id": "other-kind", "name": "Other"},)}
    second = type(first).model_validate(first.model_dump(by_alias=True) | other)
    both = arrangements.model_copy(update={"pathways": (first, second)})
    asked = {one.name: one for one in notifying_forms.step(both, outside=False).asks}
    assert [choice.value for choice in asked["pathway"].choices] == ["serious-incident", "death-of-an-adult"]
    assert [choice.value for choice in asked["kind"].choices] == ["child-has-died", "serious-harm", "other-kind"]
    with an_office(definition=both, opened=NOW, ways=EVERYTHING) as office:
        assert set(wrong(sends(office, "doctor"))) == {"pathway"}
        assert set(wrong(sends(office, "doctor", pathway="death-of-an-adult"))) == {"kind"}
        sends(office, "doctor", pathway="death-of-an-adult", kind="other-kind")
        assert case_of(office).pathway == "death-of-an-adult"


def test_an_agency_that_is_no_more_is_not_offered() -> None:
    arrangements = a_partnership()
    gone = arrangements.agencies[0].model_copy(update={"until": datetime(2020, 3, 31, tzinfo=UTC).date()})
    now = arrangements.model_copy(update={"agencies": (gone, *arrangements.agencies[1:])})
    asked = {one.name: one for one in notifying_forms.step(now, outside=False).asks}
    assert [choice.value for choice in asked["agencies"].choices] == ["police", "health"]


# By night


def test_by_night_it_is_silent_where_the_arrangements_say_so() -> None:
    with an_open_office("2027-01-13 23:30", speed="morning") as office:
        answer = sends(office, "doctor")
        assert "told without being woken, and loudly at 07:30 on Thursday 14 January 2027" in answer.text
        with office.reading() as scope:
            assert {row.state for row in tellings.of_case(scope, "TEST-1")} == {"silent"}


# On behalf of somebody

FOR = {
    "came_by": "mail",
    "received": "12 Jan 2027",
    "received_hour": "18:10",
    "notifier_name": "The Paediatrician",
    "notifier_email": "paediatrician@hospital.example",
}


def test_what_came_by_mail_counts_from_when_it_came_and_its_sender_is_written_to(office: Office) -> None:
    answer = sends(office, "business-manager", "incident.notify-for", **FOR, aware="11 Jan 2027")
    assert answer.title == "OSCP: received, TEST-1" and "Whoever told of it is written to." in answer.text
    case = case_of(office)
    assert case.facts["received"] == "2027-01-12T18:10:00+00:00" and case.opened_at == office.now
    assert (case.came_by, case.notifier) == ("mail", people.person_id("paediatrician@hospital.example"))
    assert case.entered_by == office.person("business-manager")
    with office.reading() as scope:
        stage = incidents.stage(scope, "TEST-1", "referral")
        assert stage is not None and (stage.state, stage.done_at) == ("done", case.received_at)
        assert stage.because == "it came after the time for it"
        assert [(row.stage, str(row.due)) for row in incidents.overdues(scope, "TEST-1")] == [
            ("referral", "2027-01-12")
        ]
        letter = outbox.find(scope, "incident-received:TEST-1")
        assert letter is not None and letter.person == case.notifier and letter.through == "mail"
        assert "seriously harmed" not in str(letter.message) and letter.words.by_mail is not None


def test_what_came_in_time_is_not_late(office: Office) -> None:
    sends(office, "business-manager", "incident.notify-for", **FOR)
    with office.reading() as scope:
        stage = incidents.stage(scope, "TEST-1", "referral")
        assert stage is not None and (stage.state, stage.because) == ("done", "")
        assert not incidents.overdues(scope, "TEST-1")


def test_whoever_told_of_it_has_to_be_reachable(office: Office) -> None:
    answer = sends(office, "desk", "incident.notify-for", **FOR | {"notifier_email": ""})
    assert "has to be reachable" in wrong(answer)["notifier_email"]
    sent = sends(office, "desk", "incident.notify-for", **FOR, notifier_telephone="01234 500501")
    assert "TEST-1" in sent.title
    by_telephone = FOR | {"notifier_email": "", "notifier_telephone": "01234 500501", "came_by": "telephone"}
    answer = sends(office, "desk", "incident.notify-for", **by_telephone)
    assert "Tell whoever told of it" in answer.text and case_of(office, "TEST-2").notifier == ""
    assert told_of(office, "TEST-2")["notifier_telephone"] == "01234 500501"


def test_somebody_who_is_known_keeps_their_name(office: Office) -> None:
    who = office.person("doctor")
    with office.reading() as scope:
        doctor = scope.session.get(Person, who)
        assert doctor is not None
        scope.session.expunge(doctor)
    sends(office, "desk", "incident.notify-for", **FOR | {"notifier_email": doctor.email, "notifier_name": "Another"})
    with office.reading() as scope:
        after = scope.session.get(Person, doctor.id)
        assert after is not None and after.name == doctor.name
    assert case_of(office).notifier == doctor.id


def test_nobody_else_enters_what_others_have_told(office: Office) -> None:
    answer = sends(office, "doctor", "incident.notify-for", **FOR)
    assert "entered by the Business manager or a duty desk" in answer.text and nothing_is_open(office)
    with office.looking("business-manager") as work:
        form = steps.read(work, notifying_forms.made_for(work, {}), {**FILLED, **FOR}).form
    who = office.actor("business-manager", confirmed=False)
    assert office.runner.perform(who, "incident.notify-for", form, None, office.now).refused


@pytest.mark.parametrize(
    ("changed", "beside"),
    [
        ({"received": "11 Jan 2027"}, "received"),
        ({"received": "13 Jan 2027", "received_hour": "11:30"}, "received_hour"),
        ({"received_hour": ""}, "received_hour"), ({"came_by": "pigeon"}, "came_by"), ({"came_by": ""}, "came_by"),
        ({"notifier_name": ""}, "notifier_name"), ({"notifier_email": "nobody"}, "notifier_email"),
        ({"notifier_telephone": "7"}, "notifier_telephone"), ({"ring_number": ""}, "ring_number"),
    ],
)  # fmt: skip
def test_each_slip_on_behalf_is_met_beside_its_field(office: Office, changed: dict[str, str], beside: str) -> None:
    assert set(wrong(sends(office, "desk", "incident.notify-for", **{**FOR, **changed}))) == {beside}


def test_by_night_people_are_woken_for_a_reason_only() -> None:
    with an_open_office("2027-01-12 23:30") as office:
        found = wrong(sends(office, "desk", "incident.notify-for", **FOR, speed="now"))
        assert "asleep now" in found["because"]
        sends(office, "desk", "incident.notify-for", **FOR, speed="now", because="evidence")
        case = case_of(office)
        assert (case.speed, case.woken_because, case.wake_at) == ("now", "evidence", None)
        sends(office, "desk", "incident.notify-for", **FOR, speed="morning", authority_reference="B-2")
        assert case_of(office, "TEST-2").wake_at == office.at("2027-01-13 07:30")


# From our own page

OUTSIDE = {
    "notifier_name": "The Paediatrician",
    "notifier_role": "Consultant Paediatrician",
    "notifier_email": "paediatrician@hospital.example",
}


def begins(office: Office, **changed: str) -> str:
    """Fills in the page; gives the sentences of a refusal, or "" where it was taken."""
    with office.looking("time") as work:
        step = notifying_forms.step(work.arrangements, outside=True)
        filled = steps.read(work, step, {**FILLED, **OUTSIDE, **changed})
    assert not filled.problems, filled.problems
    who = permissions.time(office.partnership)
    outcome = office.runner.perform(who, step.action, filled.form, None, office.now)
    return " ".join(str(refusal) for refusal in outcome.refusals)


def waiting(office: Office) -> list[Notification]:
    with office.reading() as scope:
        found = list(scope.session.exec(select(Notification).order_by(col(Notification.made_at))))
        scope.session.expunge_all()
    return found


def test_what_is_filled_in_on_the_page_is_notified_once_its_address_is_confirmed(office: Office) -> None:
    assert begins(office) == ""
    (row,) = waiting(office)
    assert "567890" not in row.sealed and "hospital" not in row.address and nothing_is_open(office)
    with office.reading() as scope:
        (link,) = scope.session.exec(select(Link)).all()
        assert (link.purpose, link.record) == ("notified", f"notification:{row.id}")
        letter = outbox.find(scope, f"confirm-notification:{row.id}")
        assert letter is not None and (letter.through, letter.about_case) == ("mail", False)
        assert letter.words.link == link.id and "Nothing has been notified yet" in letter.words.text
        assert "seriously harmed" not in str(letter.message)
    first = office.done("time", "notification.confirm", notification=row.id)
    assert first == office.done("time", "notification.confirm", notification=row.id)
    assert first.title == "OSCP: received, TEST-1"
    (after,) = waiting(office)
    assert (after.reference, after.sealed) == ("TEST-1", "")
    case = case_of(office)
    assert (case.came_by, case.notifier) == ("web", people.person_id(OUTSIDE["notifier_email"]))
    assert told_of(office)["notifier_role"] == "Consultant Paediatrician"
    with office.reading() as scope:
        assert len(incidents.every(scope)) == 1


def test_one_address_is_written_to_three_times_in_an_hour(office: Office) -> None:
    for _ in range(3):
        assert begins(office) == ""
    assert "3 times in this hour" in begins(office, notifier_email="Paediatrician@Hospital.example")
    assert begins(office, notifier_email="nurse@hospital.example") == ""
    office.moves_to("2027-01-13 12:01")
    assert begins(office) == ""


def test_what_is_not_confirmed_within_a_day_can_no_longer_be(office: Office) -> None:
    begins(office)
    office.moves_to("2027-01-14 11:00")
    sentence = office.refused("time", "notification.confirm", notification=waiting(office)[0].id)
    assert sentence == office.refused("time", "notification.confirm", notification="no-such-thing")
    assert "can no longer be confirmed" in sentence and nothing_is_open(office)


def test_only_time_begins_and_confirms(office: Office) -> None:
    begins(office)
    assert office.refused("business-manager", "notification.confirm", notification=waiting(office)[0].id)


def test_words_about_the_case_are_kept_sealed_where_the_arrangements_allow_them() -> None:
    for allowed in (True, False):
        with an_open_office(words=allowed) as office:
            begins(office, words=f"{CANARY} was seen")
            row = waiting(office)[0]
            office.done("time", "notification.confirm", notification=row.id)
            with office.reading() as scope:
                words = incidents.words_of(scope, "TEST-1")
                assert [office.runner.seal.open(each.sealed) for each in words if office.runner.seal] == (
                    [{"text": f"{CANARY} was seen"}] if allowed else []
                )
                assert CANARY not in row.sealed + "".join(each.sealed for each in words)


def test_an_old_notification_that_nobody_confirmed_is_forgotten(office: Office) -> None:
    begins(office)
    with office.runner.store.writing() as session:
        notifications.forget_old(session, office.at("2027-01-14 10:59"))
    assert len(waiting(office)) == 1
    with office.runner.store.writing() as session:
        notifications.forget_old(session, office.at("2027-01-14 11:00"))
    assert not waiting(office)
