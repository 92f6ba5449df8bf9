"""Who may know of a case: its list, changed by two people; cover for its days; keys that rotate; refused and absent."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlmodel import select

from commands import case_lists, list_changes
from commands.cases import facts_told
from commands.conversation import Conversation
from commands.incidents import Opening, open_case
from commands.speakers import Speaker
from storage.records import case_lists as rows
from storage.records import incidents, keys, outbox, people, proposals
from storage.records.incidents import Case
from storage.records.message import Message
from storage.records.scope import Scope
from storage.records.sealing import NotOpened, Seal
from tests.offices import SEAL, Office, an_office

MANAGER, NURSE, DIRECTOR, DOCTOR = "business-manager", "chief-nurse", "director-childrens-services", "designated-doctor"
FACTS = {"aware": "2027-01-05T08:00:00+00:00"}
WAITS = "This waits for a second person"
OLD_KEY = "Y29udmVub3ItdGVzdHMta2V5LTEyMzQ1Njc4OTAxMjM="
NEW_KEY = "YW5vdGhlci10ZXN0cy1rZXktMTIzNDU2Nzg5MDEyMzQ="


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as office:
        office.moves_to("2027-01-05 09:00")
        yield office


@pytest.fixture
def reference(office: Office) -> str:
    return office.done(MANAGER, "incident.start", pathway="serious-incident", facts=FACTS).title.split()[0]


def number(office: Office) -> str:
    with office.reading() as scope:
        return proposals.open_ones(scope)[0].id


def sees(office: Office, who: str, reference: str, *, confirmed: bool = True) -> bool:
    with office.looking(office.actor(who, confirmed=confirmed)) as work:
        case = incidents.find(work.scope, reference)
        assert case is not None
        return case_lists.may_see(work, case)


def who_may_know(office: Office, who: str, reference: str) -> Message:
    with office.looking(who) as work:
        return list_changes.people_of(work, reference)


def changes_to(office: Office, post: str) -> list[str]:
    with office.reading() as scope:
        return [r.words.text for r in outbox.of_person(scope, office.person(post)) if r.kind == "case-list-changed"]


def add(office: Office, reference: str, who: str = DOCTOR, by: str = MANAGER) -> Message:
    return office.done(by, "incident.list-add", reference=reference, who=who)


def test_the_list_is_what_the_arrangements_name_and_nobody_else_sees_the_case(office: Office, reference: str) -> None:
    assert all(sees(office, who, reference) for who in (MANAGER, NURSE, DIRECTOR, "head-of-safeguarding"))
    assert not any(sees(office, who, reference) for who in (DOCTOR, "scrutineer", "head-teacher", "administrator"))
    assert not sees(office, NURSE, reference, confirmed=False)


def test_somebody_comes_onto_the_list_once_a_second_person_on_it_agrees(office: Office, reference: str) -> None:
    assert add(office, reference).title == WAITS
    assert not sees(office, DOCTOR, reference)
    office.done(NURSE, "proposal.agree", proposal=number(office))
    assert sees(office, DOCTOR, reference)
    manager, nurse = office.person(MANAGER), office.person(NURSE)
    with office.reading() as scope:
        (row,) = [r for r in rows.on_list(scope, reference, office.now) if r.who == f"post:{DOCTOR}"]
        assert (row.added_by, row.agreed_by) == (manager, nurse)


def test_a_business_manager_who_adds_herself_is_refused_without_a_second_person(office: Office, reference: str) -> None:
    with office.runner.store.writing() as session:
        for row in session.exec(select(rows.Listed).where(rows.Listed.who == f"post:{MANAGER}")):
            session.delete(row)
    assert office.refused(MANAGER, "incident.list-add", reference=reference, who=MANAGER).startswith(
        "There is nothing under that reference."
    )
    add(office, reference, who=MANAGER, by=NURSE)
    assert "Nothing waits" in office.refused(MANAGER, "proposal.agree", proposal=number(office))
    assert not sees(office, MANAGER, reference)
    office.done(DIRECTOR, "proposal.agree", proposal=number(office))
    assert sees(office, MANAGER, reference)


def test_a_business_manager_on_the_list_cannot_keep_herself_there_as_a_person_alone(
    office: Office, reference: str
) -> None:
    address = f"{MANAGER}@ourshire.invalid"
    assert add(office, reference, who=address).title == WAITS
    assert "You proposed this yourself" in office.refused(MANAGER, "proposal.agree", proposal=number(office))
    with office.reading() as scope:
        assert not any(row.who.startswith("person:") for row in rows.on_list(scope, reference, office.now))


def test_the_administrator_and_people_who_are_not_on_the_list_agree_to_nothing(office: Office, reference: str) -> None:
    add(office, reference)
    waiting = number(office)
    for who in ("administrator", "scrutineer", DOCTOR):
        said = office.refused(who, "proposal.agree", proposal=waiting)
        assert said == office.refused(who, "proposal.agree", proposal="0000000000")


def test_everybody_on_the_list_is_told_when_it_is_proposed_and_when_it_is_agreed(
    office: Office, reference: str
) -> None:
    add(office, reference)
    with office.reading() as scope:
        asked = [r for r in outbox.of_person(scope, office.person(DIRECTOR)) if r.kind == "proposal-waits"]
        assert len(asked) == 1 and asked[0].about_case and "Designated Doctor" in asked[0].words.text
    office.done(NURSE, "proposal.agree", proposal=number(office))
    for post in (DIRECTOR, "assistant-chief-constable", DOCTOR):
        (text,) = changes_to(office, post)
        assert f"Designated Doctor comes onto the list of {reference}" in text and "Chief Nurse agreed" in text
    assert changes_to(office, NURSE) == [] and changes_to(office, "scrutineer") == []


def test_one_whom_a_proposal_would_add_hears_of_it_only_once_they_are_on_the_list(
    office: Office, reference: str
) -> None:
    add(office, reference)
    assert changes_to(office, DOCTOR) == []


def test_a_post_leaves_the_list_by_two_people_and_what_the_arrangements_put_there_stays(
    office: Office, reference: str
) -> None:
    add(office, reference)
    office.done(NURSE, "proposal.agree", proposal=number(office))
    office.moves_to("2027-01-05 10:00")
    assert "it stays there" in office.refused(MANAGER, "incident.list-end", reference=reference, who=NURSE)
    assert office.done(MANAGER, "incident.list-end", reference=reference, who=DOCTOR).title == WAITS
    assert sees(office, DOCTOR, reference)
    office.done(NURSE, "proposal.agree", proposal=number(office))
    assert not sees(office, DOCTOR, reference)


def test_the_list_says_who_is_on_it_since_when_and_by_whom(office: Office, reference: str) -> None:
    add(office, reference)
    office.done(NURSE, "proposal.agree", proposal=number(office))
    text = who_may_know(office, DIRECTOR, reference).text
    assert "- Chief Nurse (Chief Nurse), since 09:00 on Tue 5 Jan 2027, by our arrangements" in text
    assert "- Designated Doctor (Designated Doctor), since 09:00 on Tue 5 Jan 2027, by Business Manager and" in text


def test_a_name_that_nobody_has_is_refused_without_being_said_again(office: Office, reference: str) -> None:
    said = office.refused(MANAGER, "incident.list-add", reference=reference, who="the girl from the High Street")
    assert said.startswith("No post and no person here is called that.") and "High Street" not in said


def test_who_covers_a_post_on_the_list_sees_the_case_on_those_days_only(office: Office, reference: str) -> None:
    office.by_two(MANAGER, "people.cover", post=NURSE, person=DOCTOR, since="2027-01-06", until="2027-01-07")
    seen = {}
    for day in ("2027-01-05", "2027-01-06", "2027-01-07", "2027-01-08"):
        office.moves_to(f"{day} 09:00")
        seen[day[-2:]] = sees(office, f"{DOCTOR}@ourshire.invalid", reference)
    assert seen == {"05": False, "06": True, "07": True, "08": False}


@pytest.mark.parametrize("action", ["incident.list-add", "incident.list-end", "incident.hold", "incident.empty"])
def test_refused_looks_like_absent(office: Office, reference: str, action: str) -> None:
    more = {"who": DOCTOR} if "list" in action else {"because": "court"} if action.endswith("hold") else {}
    found = office.refused("head-teacher", action, reference=reference, **more)
    assert found == office.refused("head-teacher", action, reference="TEST-404", **more)


def test_posts_on_the_list_of_an_open_case_hear_of_cases_from_then_on(office: Office, reference: str) -> None:
    add(office, reference)
    office.done(NURSE, "proposal.agree", proposal=number(office))
    form = {"name": "New Doctor", "email": "doctor@nhs.example", "post": DOCTOR, "capacity": "deputy"}
    assert office.done(MANAGER, "people.enter", **form).title == WAITS


def test_an_old_case_stays_readable_when_keys_rotate_and_the_old_one_is_given_up(office: Office) -> None:
    told = {"children": 2, "ring_who": "Duty manager", "ring_number": "01234 567890"}
    manager = office.actor(MANAGER)
    with office.runner.store.writing() as session:
        keys.keep(session, SEAL)
        work = office.runner.work(Scope(session, office.partnership), manager, office.now)
        opening = Opening(facts={"aware": office.at("2027-01-05 08:00")}, told=told)
        reference = open_case(work, work.arrangements.pathway("serious-incident"), opening).reference
        session.add(
            incidents.Words(
                partnership=office.partnership,
                reference=reference,
                person="x",
                sealed=SEAL.close({"a": 1}),
                at=office.now,
            )
        )
    both, only_new = Seal([NEW_KEY, OLD_KEY]), Seal([NEW_KEY])
    with office.runner.store.writing() as session:
        assert not keys.is_kept(session, both)
        keys.keep(session, both)
    with office.reading() as scope:
        assert keys.can_open(scope.session, only_new)
        case = scope.session.get_one(Case, (office.partnership, reference))
        runner = replace(office.runner, seal=only_new)
        assert facts_told(runner.work(scope, manager, office.now), case) == told
        assert only_new.open(incidents.words_of(scope, reference)[0].sealed) == {"a": 1}
        with pytest.raises(NotOpened):
            SEAL.open(case.sealed)


def test_a_list_of_a_person_stays_with_them_when_they_change_posts(office: Office, reference: str) -> None:
    add(office, reference, who=f"{DOCTOR}@ourshire.invalid")
    office.done(NURSE, "proposal.agree", proposal=number(office))
    office.by_two(MANAGER, "people.leave", post=DOCTOR, until="2027-01-05")
    assert people.person_id(f"{DOCTOR}@ourshire.invalid") in _people(office, reference)


def _people(office: Office, reference: str) -> set[str]:
    with office.looking("time") as work:
        return case_lists.people_on(work, incidents.find(work.scope, reference) or pytest.fail("no case"))


# What is typed


def types(office: Office, who: str, line: str) -> Message:
    speaker = Speaker("notebook", office.partnership, office.person(who))
    return Conversation(office.runner, ("notebook",)).answer(speaker, line, None, office.now)


def test_the_list_is_read_and_changed_by_words(office: Office, reference: str) -> None:
    assert types(office, NURSE, f"incident people {reference}").title == f"{reference}: who may know of it"
    assert types(office, NURSE, f"incident list-add {reference} Designated Doctor").title == WAITS
    waiting = types(office, DIRECTOR, "proposal list")
    assert [button.does for button in waiting.buttons] == ["proposal.agree", "proposal.refuse"]
    assert types(office, DIRECTOR, f"proposal agree {number(office)}").title.startswith("Agreed: ")
    assert "Designated Doctor" in types(office, NURSE, f"incident people {reference}").text


@pytest.mark.parametrize("word", ["people", "list-add", "list-end", "hold", "release-hold", "empty"])
def test_words_behind_a_reference_are_refused_and_not_said_again(office: Office, reference: str, word: str) -> None:
    said = types(office, MANAGER, f"incident {word} {reference} the girl from Cherrytree Lane")
    assert "Cherrytree" not in said.model_dump_json() and said.title == "Nothing has changed"


def test_a_typed_reference_that_is_not_theirs_looks_like_none(office: Office, reference: str) -> None:
    for word in ("people", "list-add", "empty"):
        found = types(office, "head-teacher", f"incident {word} {reference}")
        assert found == types(office, "head-teacher", f"incident {word} TEST-404")


def test_a_number_is_typed_for_oneself_and_for_others(office: Office) -> None:
    assert types(office, "head-teacher", "people telephone me 01234 567890 ext 12").title == "Recorded"
    assert types(office, MANAGER, "people telephone Lay Member (01234) 567891").title == "Recorded"
