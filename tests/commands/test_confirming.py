"""Confirming who somebody is from their own chat: by a code of the administrator's, or one that comes by mail."""

import re
from collections.abc import Iterator

import pytest

from commands import rehearsing
from commands.conversation import Conversation
from commands.definitions import load
from commands.identities import CODES_A_DAY, actor_at
from commands.permissions import administrator
from commands.speakers import Speaker
from scheduler.delivery import Delivery
from scheduler.rehearsal import Notebook
from storage.records import ledger, outbox, people
from storage.records.message import Message
from storage.records.outbox import Outgoing
from storage.records.scope import Scope
from tests.offices import Office, an_office

ACCOUNT = {"door": "slack", "tenant": "T1", "user": "nurse.at@chat.example"}
NURSE = "chief-nurse@ourshire.invalid"


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(incidents=False) as office:
        office.done("administrator", "identity.propose", **ACCOUNT, email=NURSE)
        yield office


def says(office: Office, line: str, *, mail: bool = False, vouched: bool = True) -> Message:
    conversation = Conversation(office.runner, local_doors=("slack",))
    return conversation.answer(Speaker(**ACCOUNT, vouched=vouched, mail=mail), line, None, office.now)


def confirmed(office: Office) -> bool:
    return actor_at(office.runner.store, office.partnership, **ACCOUNT).confirmed


def code_of(office: Office) -> str:
    return office.perform("administrator", "identity.code", **ACCOUNT).secret


def code_messages(office: Office) -> list[Outgoing]:
    with office.reading() as scope:
        found = [r for r in outbox.of_person(scope, office.person("chief-nurse"), 100) if r.kind == "confirm-code"]
        scope.session.expunge_all()
    return found


def mail_of(office: Office) -> Notebook:
    """One round of delivery into the chat and a door by mail; gives the latter."""
    chat, mail = Notebook("slack"), Notebook("mail", finds="address")
    Delivery(office.runner, {"slack": chat, "mail": mail}, threads=0).deliver(lambda: office.now)
    assert not any(parcel.kind == "confirm-code" for _, parcel in chat.sent)
    return mail


def test_a_code_of_the_administrators_is_written_in_the_chat(office: Office) -> None:
    assert "Ask the administrator for a code" in says(office, "confirm").text
    assert says(office, f"confirm {code_of(office)}").title == "Confirmed"
    assert confirmed(office)
    assert says(office, "confirm").title == "You have confirmed who you are"
    assert "You have confirmed who you are." in says(office, "me").text


def test_a_wrong_code_confirms_nobody_and_what_is_no_code_is_no_try(office: Office) -> None:
    right = code_of(office)
    assert says(office, "confirm executive 2027-03").title == "That is no code"
    assert says(office, "confirm AAAAAAAA").title == "That is not the code"
    for _ in range(5):
        says(office, "confirm practice group")
    assert not confirmed(office)
    assert says(office, f"confirm {right[:4].lower()} {right[4:]}").title == "Confirmed"


def test_where_nothing_shows_who_sits_there_nobody_is_confirmed_even_with_a_code(office: Office) -> None:
    right = code_of(office)
    assert says(office, f"confirm {right}", vouched=False).title == "Nobody is confirmed here"
    assert not confirmed(office)


def test_me_says_whether_and_how(office: Office) -> None:
    said = says(office, "me").text
    assert "not confirmed" in said and "this says how: confirm" in said


def test_a_code_comes_by_mail_only_and_confirms_and_is_kept_nowhere_afterwards(office: Office) -> None:
    said = says(office, "confirm", mail=True)
    assert said.title == "A code has been sent"
    (waiting,) = code_messages(office)
    assert (waiting.through, waiting.secret, waiting.person) == ("mail", True, office.person("chief-nurse"))
    sent = [parcel for _, parcel in mail_of(office).sent if parcel.kind == "confirm-code"]
    assert [parcel.address for parcel in sent] == [NURSE]
    found = re.search(r"^confirm (\w{4} \w{4})$", sent[0].message.text, re.MULTILINE)
    assert found is not None
    raw = office.runner.store.engine.raw_connection()
    dump = "\n".join(raw.dbapi_connection.iterdump())
    raw.close()
    for written in (found[1], found[1].replace(" ", "")):
        assert written not in dump and written not in said.model_dump_json()
    assert says(office, f"confirm {found[1]}").title == "Confirmed"
    assert confirmed(office)


def test_so_many_codes_a_day_and_no_more(office: Office) -> None:
    for _ in range(CODES_A_DAY):
        office.moves_to(office.now.replace(minute=office.now.minute + 1))
        assert says(office, "confirm", mail=True).title == "A code has been sent"
    assert "As many codes as can be sent in a day" in says(office, "confirm", mail=True).text
    assert len(code_messages(office)) == CODES_A_DAY
    office.moves_to("2027-01-05 09:00")
    assert says(office, "confirm", mail=True).title == "A code has been sent"


def test_nobody_has_a_code_sent_for_somebody_elses_account(office: Office) -> None:
    said = office.refused("head-teacher", "identity.send-code", **ACCOUNT)
    assert said.startswith("This can be done by the person whose account it is.")
    assert not code_messages(office)


def test_the_ledger_names_an_account_by_a_digest_and_never_by_an_address(office: Office) -> None:
    says(office, f"confirm {code_of(office)}")
    office.done("business-manager", "identity.end", **ACCOUNT)
    with office.reading() as scope:
        found = [entry.ids for entry in ledger.entries(scope) if entry.action.startswith("identity.")]
    assert len(found) == 4
    assert all("@" not in str(ids) and re.fullmatch("[0-9a-f]{16}", str(ids["account"])) for ids in found)
    assert len({ids["account"] for ids in found}) == 1


# Welcome


def welcomes(office: Office, post: str = "chief-nurse") -> list[Outgoing]:
    with office.reading() as scope:
        found = [row for row in outbox.of_person(scope, office.person(post), 100) if row.kind == "welcome"]
        scope.session.expunge_all()
    return found


def test_somebody_is_welcomed_once_with_the_front_door_first(office: Office) -> None:
    (row,) = welcomes(office)
    words = row.words
    assert words.text.startswith("This is not the way to get help for a child. If a child is in danger now, ring 999.")
    for said in ("01234 500500", "- Chief Nurse", "write: confirm", "help", "me"):
        assert said in words.text
    assert "no telephone number for the Safeguarding Unit" in words.text
    assert (row.through, row.tenant) == ("slack", "T1")
    assert "@" not in row.key


def test_an_account_that_ended_and_is_proposed_anew_is_not_welcomed_twice(office: Office) -> None:
    office.done("business-manager", "identity.end", **ACCOUNT)
    office.done("administrator", "identity.propose", **ACCOUNT, email=NURSE)
    assert len(welcomes(office)) == 1


def test_somebody_in_two_partnerships_is_welcomed_in_one_of_them(office: Office) -> None:
    other = load("somerset")
    rehearsing.open_office(office.runner, other, office.now, "notebook")
    email = rehearsing.address_of("somerset", other.arrangements.secretariat.business_manager)
    office.done("business-manager", "people.enter", name="X", email=email, post="lay-member", capacity="pa")
    account, somerset = ACCOUNT | {"user": "U3"}, administrator("somerset")
    for actor in (office.actor("administrator"), somerset):
        office.done(actor, "identity.propose", **account, email=email)
        office.done(somerset, "identity.end", **account)
    with office.runner.store.reading() as session:
        person = people.person_id(email)
        rows = [row for id_ in ("ourshire", "somerset") for row in outbox.of_person(Scope(session, id_), person)]
        assert [(row.partnership, row.kind) for row in rows if row.kind == "welcome"] == [("ourshire", "welcome")]


def test_nobody_is_welcomed_at_a_place_where_nobody_talks(office: Office) -> None:
    account = {"door": "terminal", "tenant": "here", "user": "head-teacher@ourshire.invalid"}
    office.done("administrator", "identity.propose", **account, email="head-teacher@ourshire.invalid")
    assert not welcomes(office, "head-teacher")


def test_whose_first_post_begins_later_is_welcomed_on_that_morning(office: Office) -> None:
    form = {"name": "New Archivist", "email": "new@ours.example", "post": "lay-member", "capacity": "deputy"}
    office.done("business-manager", "people.enter", **form, since="2027-01-11")
    office.done("administrator", "identity.propose", **ACCOUNT | {"user": "U7"}, email="new@ours.example")
    with office.reading() as scope:
        (row,) = [
            r for r in outbox.of_person(scope, office.actor("new@ours.example").person or "") if r.kind == "welcome"
        ]
        assert row.not_before == office.at("2027-01-11 08:00")
        assert "- Lay Member, as deputy" in row.words.text


def test_where_no_number_is_set_the_welcome_says_so() -> None:
    text = an_office().definition.text.replace('telephone = "01234 500500"', 'telephone = ""')
    with an_office(definition=text) as office:
        office.done("administrator", "identity.propose", **ACCOUNT, email=NURSE)
        (row,) = welcomes(office)
        assert "The front door's number has not been set here." in row.words.text


# Whois


def test_the_business_manager_sees_at_which_doors_somebody_is_known_and_nobody_else_does(office: Office) -> None:
    account = {"door": "slack", "tenant": "T1", "user": "U9"}
    office.done("administrator", "identity.propose", **account, email="business-manager@ourshire.invalid")
    conversation = Conversation(office.runner, local_doors=("slack",))
    seen = conversation.answer(Speaker(**account), "people whois Chief Nurse", None, office.now).text
    assert "Slack (proposed)" in seen
    by_address = conversation.answer(Speaker(**account), f"people whois {NURSE}", None, office.now).text
    assert "known at" in by_address and "Slack (proposed)" in by_address
    assert "Slack" not in says(office, "people whois Business Manager").text
