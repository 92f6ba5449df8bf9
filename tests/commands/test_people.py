"""Who is in which post: entering, leaving, covering, and what follows for what is owed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from commands import people as commands
from commands import permissions, rehearsing
from commands.definitions import load
from commands.permissions import Actor, Role
from commands.refusals import Refused
from commands.runner import Runner
from storage.records import duties, ledger, outbox, people
from storage.records.scope import Scope
from tests.offices import Office, an_office

NEW = {"name": "New Chief Nurse", "email": "New.Nurse@nhs.example"}


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(incidents=False) as office:
        yield office


def in_post(office: Office, post: str, day: str | None = None) -> str:
    with office.reading() as scope:
        id_ = people.in_post(scope, post, office.at(day).date() if day else office.today)
        found = people.get(scope.session, id_) if id_ else None
        return found.name if found else "nobody"


def terms_owed(office: Office, post: str) -> list[str]:
    with office.reading() as scope:
        return [duty.part for duty in duties.of_record(scope, f"post:{post}") if duty.kind == "chair-term"]


def test_somebody_enters_a_post_after_the_last_holder_has_left(office: Office) -> None:
    office.done("business-manager", "people.leave", post="chief-nurse", until="2027-01-31")
    office.done("business-manager", "people.enter", **NEW, post="Chief Nurse", since="2027-02-01")
    assert in_post(office, "chief-nurse") == "Chief Nurse"
    assert in_post(office, "chief-nurse", "2027-02-01 12:00") == "New Chief Nurse"


def test_an_address_is_one_person_in_any_case(office: Office) -> None:
    office.done("business-manager", "people.enter", **NEW, post="lay-member", capacity="deputy")
    office.done(
        "business-manager", "people.enter", name="New Chief Nurse", email="new.nurse@NHS.example", post="head-teacher",
        capacity="deputy",
    )  # fmt: skip
    with office.reading() as scope:
        assert [p.email for p in people.known_in(scope) if p.name == "New Chief Nurse"] == ["new.nurse@nhs.example"]


def test_all_that_is_wrong_with_an_entry_is_said_at_once(office: Office) -> None:
    said = office.refused(
        "business-manager", "people.enter", name="Somebody", email="nobody at all", post="Chief Nurs",
        agency="NHS Oursher", since="2027-02-01", until="2027-01-01",
    )  # fmt: skip
    assert 'There is no post called "Chief Nurs". Did you mean "Chief Nurse"?' in said
    assert '"nobody at all" is no e-mail address. Write it like name@example.org.' in said
    assert 'Our arrangements list no agency called "NHS Oursher". Did you mean "NHS Ourshire"?' in said
    assert "The last day lies before the first." in said


def test_nobody_enters_a_post_that_somebody_holds(office: Office) -> None:
    said = office.refused("business-manager", "people.enter", **NEW, post="chief-nurse")
    assert said.startswith("The Chief Nurse is Chief Nurse, from Mon 4 Jan 2027.")
    assert "people leave chief-nurse" in said


def test_a_deputy_or_a_pa_may_stand_beside_the_holder(office: Office) -> None:
    office.done("business-manager", "people.enter", **NEW, post="chief-nurse", capacity="deputy")
    office.done(
        "business-manager", "people.enter", name="Staff Officer", email="staff@nhs.example", post="chief-nurse",
        capacity="pa",
    )  # fmt: skip
    with office.looking() as work:
        assert commands.whois(work, "chief nurse").text == (
            "Chief Nurse; deputy New Chief Nurse; PA or staff officer Staff Officer"
        )


def test_somebody_known_takes_a_further_post(office: Office) -> None:
    office.done("business-manager", "people.leave", post="lay-member", until="2027-01-04")
    office.done("business-manager", "people.hold", person="Scrutineer", post="lay-member", since="2027-01-05")
    assert in_post(office, "lay-member", "2027-01-05 09:00") == "Independent Scrutineer"


def test_only_somebody_of_this_partnership_can_be_named(office: Office) -> None:
    said = office.refused("business-manager", "people.hold", person="stranger@other.example", post="Chief Nurs")
    assert "Nobody with that address is entered in this partnership." in said
    assert 'There is no post called "Chief Nurs".' in said


def test_who_leaves_is_in_post_on_the_last_day_and_not_after(office: Office) -> None:
    answer = office.done("business-manager", "people.leave", post="head-teacher", until="2027-02-12")
    assert "Nobody is entered for the days after" in answer.text
    assert in_post(office, "head-teacher", "2027-02-12 23:00") == "Head Teacher"
    assert in_post(office, "head-teacher", "2027-02-13 09:00") == "nobody"


def test_who_leaves_a_post_that_has_a_deputy_is_told_who_stands_in(office: Office) -> None:
    office.done(
        "business-manager", "people.hold", person="lay-member@ourshire.invalid", post="head-teacher", capacity="deputy"
    )
    answer = office.done("business-manager", "people.leave", post="head-teacher", until="2027-02-12")
    assert answer.text.endswith("No successor is entered; what is owed then goes to Lay Member, the deputy.")


def test_who_leaves_a_post_that_is_covered_the_day_after_is_told_by_whom(office: Office) -> None:
    cover = {"post": "head-teacher", "person": "lay-member", "since": "2027-02-10", "until": "2027-02-20"}
    office.done("business-manager", "people.cover", **cover)
    answer = office.done("business-manager", "people.leave", post="head-teacher", until="2027-02-12")
    assert answer.text.endswith("what is owed then goes to Lay Member, who covers the post then.")


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"post": "chief-nurse", "until": "2026-12-31"}, "Chief Nurse is in that post only from Mon 4 Jan 2027."),
        ({"post": "chief-nurse", "capacity": "deputy"}, "Nobody is in that post to leave it: Chief Nurse."),
    ],
)
def test_leaving_is_refused_with_a_sentence(office: Office, form: dict[str, str], sentence: str) -> None:
    assert sentence in office.refused("business-manager", "people.leave", **form)


def test_leaving_twice_on_the_same_day_is_said_to_be_recorded(office: Office) -> None:
    office.done("business-manager", "people.leave", post="head-teacher", until="2027-02-12")
    said = office.refused("business-manager", "people.leave", post="head-teacher", until="2027-02-12")
    assert said == "That Head Teacher leaves on Fri 12 Feb 2027 is recorded already."


@pytest.mark.long
def test_what_a_post_owes_follows_whoever_is_in_it(office: Office) -> None:
    office.done("business-manager", "people.leave", post="business-manager", until="2027-01-24")
    office.done("administrator", "people.enter", **NEW, post="business-manager", since="2027-01-25")
    office.run_to("2027-02-01 12:00")
    new = people.person_id(NEW["email"])
    digests = [parcel.person for _, parcel in office.notebook.sent if "the week from" in parcel.message.title]
    assert digests.count(new) == 0  # nobody has told the bot how to reach them
    with office.reading() as scope:
        assert {row.kind for row in outbox.of_person(scope, new)} >= {"weekly-digest"}
        assert {row.reason for row in outbox.of_person(scope, new)} == {
            "this person has no door through which they can be reached",
            "it was of no more use when it could have been sent",  # their notes, each after its day
        }


# Terms of chairs


def test_a_chairs_last_day_is_owed_a_reminder_and_a_changed_one_is_owed_anew(office: Office) -> None:
    office.done("business-manager", "people.leave", post="designated-nurse", until="2027-07-31")
    assert terms_owed(office, "designated-nurse") == ["practice:2027-07-31"]
    office.done("business-manager", "people.leave", post="designated-nurse", until="2027-09-30")
    assert terms_owed(office, "designated-nurse") == ["practice:2027-09-30"]


def test_a_term_that_is_set_back_to_what_it_was_is_owed_again(office: Office) -> None:
    office.done("business-manager", "people.leave", post="designated-nurse", until="2027-07-31")
    office.done("business-manager", "people.leave", post="designated-nurse", until="2027-09-30")
    office.done("business-manager", "people.leave", post="designated-nurse", until="2027-07-31")
    assert terms_owed(office, "designated-nurse") == ["practice:2027-07-31"]


def test_a_night_without_a_change_owes_nothing_new_of_a_term(office: Office) -> None:
    office.done("business-manager", "people.leave", post="designated-nurse", until="2027-07-31")
    office.run_to("2027-01-08 04:00")
    with office.reading() as scope:
        assert len(duties.of_record(scope, "post:designated-nurse", state=None)) == 1


def test_the_business_manager_is_told_one_cycle_before_a_term_ends_and_only_once(office: Office) -> None:
    office.done("business-manager", "people.leave", post="designated-nurse", until="2027-04-30")
    office.run_to("2027-02-05 12:00")
    words = "The term of the Designated Nurse of the Practice Group ends on Friday 30 April 2027."
    notes = [message.text for message in office.sent_to("business-manager") if words in message.text]
    assert len(notes) == 1


# Undoing


def test_entering_leaving_and_covering_can_each_be_taken_back(office: Office) -> None:
    office.done("business-manager", "people.leave", post="head-teacher", until="2027-01-04")
    office.done("business-manager", "people.enter", **NEW, post="head-teacher", since="2027-01-05")
    office.done("business-manager", "people.cover", post="chief-nurse", person="designated-nurse", until="2027-01-08")
    assert in_post(office, "chief-nurse") == "Designated Nurse"
    office.done("business-manager", "undo")
    assert in_post(office, "chief-nurse") == "Chief Nurse"
    office.done("business-manager", "undo")
    assert in_post(office, "head-teacher", "2027-01-05 09:00") == "nobody"
    office.done("business-manager", "undo")
    assert in_post(office, "head-teacher", "2027-01-05 09:00") == "Head Teacher"


def test_what_was_taken_back_can_be_entered_again(office: Office) -> None:
    office.done("business-manager", "people.leave", post="head-teacher", until="2027-01-04")
    for _ in range(2):
        office.done("business-manager", "people.enter", **NEW, post="head-teacher", since="2027-01-05")
        office.done("business-manager", "undo")
    office.done("business-manager", "people.enter", **NEW, post="head-teacher", since="2027-01-05")
    assert in_post(office, "head-teacher", "2027-01-05 09:00") == "New Chief Nurse"


def test_leaving_cannot_be_taken_back_once_somebody_else_is_entered(office: Office) -> None:
    office.done("business-manager", "people.leave", post="head-teacher", until="2027-01-04")
    office.moves_to("2027-01-04 06:05")
    office.done("administrator", "people.enter", **NEW, post="head-teacher", since="2027-01-05")
    assert "Somebody else has changed this since" in office.refused("business-manager", "undo")


# Cover


def test_cover_takes_all_that_is_owed_on_its_days_and_gives_it_back(office: Office) -> None:
    office.done(
        "chief-nurse", "people.cover", post="chief-nurse", person="designated-nurse", since="2027-01-11",
        until="2027-01-15",
    )  # fmt: skip
    days = {day: in_post(office, "chief-nurse", f"2027-01-{day} 12:00") for day in ("10", "11", "15", "16")}
    assert days == {"10": "Chief Nurse", "11": "Designated Nurse", "15": "Designated Nurse", "16": "Chief Nurse"}


def test_the_holder_or_their_pa_arranges_cover_and_a_deputy_does_not(office: Office) -> None:
    office.done("business-manager", "people.enter", **NEW, post="chief-nurse", capacity="deputy")
    office.done(
        "business-manager", "people.enter", name="Staff Officer", email="staff@nhs.example", post="chief-nurse",
        capacity="pa",
    )  # fmt: skip
    form = {"post": "Chief Nurse", "person": "designated-nurse", "until": "2027-01-06"}
    refused = office.refused(NEW["email"], "people.cover", **form)
    assert refused == (
        "This can be done by the business manager or whoever holds the post or is its PA or staff officer. "
        "Ask the business manager if you need it done."
    )
    assert office.done("staff@nhs.example", "people.cover", **form).title == "Covered"


def a_pa(office: Office, post: str) -> Actor:
    """The PA of a post, whose identity is only proposed."""
    office.done(
        "business-manager", "people.enter", name="Staff Officer", email="staff@nhs.example", post=post, capacity="pa"
    )
    return office.actor("staff@nhs.example", confirmed=False)


@pytest.mark.parametrize("post", ["chief-nurse", "lay-member"])
@pytest.mark.parametrize("confirmed", [True, False])
def test_a_pa_never_puts_themselves_into_their_officers_place(office: Office, post: str, confirmed: bool) -> None:
    pa = replace(a_pa(office, post), confirmed=confirmed)
    office.refused(pa, "people.cover", post=post, person="staff@nhs.example", until="2027-02-01")
    office.done(
        "business-manager", "people.leave", post=post, person="staff@nhs.example", capacity="pa", until="2027-01-10"
    )
    later = {"since": "2027-01-11", "until": "2027-02-01"}
    office.refused(pa, "people.cover", post=post, person="staff@nhs.example", **later)
    with office.looking() as work:
        found = permissions.roles(work.scope, work.arrangements, pa, work.today, "executive")
    assert Role.PARTNER_LEAD not in found[0] | found[1]


@pytest.mark.parametrize("post", ["chief-nurse", "head-of-safeguarding", "business-manager"])
def test_a_post_that_hears_of_cases_is_covered_only_by_word_of_somebody_confirmed(office: Office, post: str) -> None:
    form = {"post": post, "person": "designated-nurse", "until": "2027-02-01"}
    for unsure in (a_pa(office, post), office.actor("business-manager", confirmed=False)):
        assert "somebody who has confirmed who they are" in office.refused(unsure, "people.cover", **form)
    manager = office.actor("business-manager")
    office.done(manager, "people.cover", **form)
    unsure = replace(manager, confirmed=False)
    assert "somebody who has confirmed who they are" in office.refused(unsure, "people.uncover", post=post)
    office.done("administrator", "people.uncover", post=post)


def test_any_other_post_is_covered_by_word_of_somebody_who_is_only_proposed(office: Office) -> None:
    form = {"post": "lay-member", "person": "designated-nurse", "until": "2027-02-01"}
    for unsure in (a_pa(office, "lay-member"), office.actor("business-manager", confirmed=False)):
        assert office.done(unsure, "people.cover", **form).title == "Covered"
        assert office.done(unsure, "people.uncover", post="lay-member").title == "No longer covered"


def test_whoever_covers_is_told_and_so_is_the_holder_who_did_not_arrange_it(office: Office) -> None:
    office.done("business-manager", "people.cover", post="chief-nurse", person="designated-nurse", until="2027-01-08")
    office.deliver("2027-01-04 09:00")
    covering, covered = (office.notebook.sent[i][1].message for i in (0, 1))
    assert "You cover the post of the Chief Nurse" in covering.text
    assert "Designated Nurse covers your post from Monday 4 January 2027 to Friday 8 January 2027" in covered.text


def test_a_post_is_covered_by_one_person_at_a_time_and_not_by_its_holder(office: Office) -> None:
    cover = {"post": "chief-nurse", "since": "2027-01-11", "until": "2027-01-15"}
    assert "nobody covers their own" in office.refused("chief-nurse", "people.cover", **cover, person="chief-nurse")
    office.done("chief-nurse", "people.cover", **cover, person="designated-nurse")
    said = office.refused("chief-nurse", "people.cover", **cover, person="designated-doctor")
    assert "Designated Nurse covers it from Mon 11 Jan 2027 to Fri 15 Jan 2027." in said


def test_cover_is_not_arranged_for_days_that_are_past(office: Office) -> None:
    said = office.refused(
        "chief-nurse", "people.cover", post="chief-nurse", person="designated-nurse", since="2027-01-01",
        until="2026-12-31",
    )  # fmt: skip
    assert "That day is past." in said and "The last day lies before the first." in said


def test_ending_cover_under_way_keeps_the_days_that_were_covered(office: Office) -> None:
    office.done("chief-nurse", "people.cover", post="chief-nurse", person="designated-nurse", until="2027-01-15")
    office.moves_to("2027-01-07 09:00")
    office.done("business-manager", "people.uncover", post="chief-nurse")
    assert in_post(office, "chief-nurse", "2027-01-06 12:00") == "Designated Nurse"
    assert in_post(office, "chief-nurse", "2027-01-07 12:00") == "Chief Nurse"
    office.done("business-manager", "undo")
    assert in_post(office, "chief-nurse", "2027-01-15 12:00") == "Designated Nurse"


def test_ending_what_nobody_covers_is_refused(office: Office) -> None:
    said = office.refused("business-manager", "people.uncover", post="chief-nurse")
    assert said.startswith("Nobody covers the Chief Nurse from today on.")


# Reading


def test_the_list_has_every_post_with_whoever_is_in_it(office: Office) -> None:
    office.done("business-manager", "people.leave", post="lay-member", until="2027-01-05")
    office.moves_to("2027-01-06 09:00")
    with office.looking() as work:
        lines = commands.listed(work).text.splitlines()
        assert len(lines) == len(work.arrangements.posts)
        assert "Lay Member: nobody" in lines
        assert commands.nobody(work).text == "Lay Member"


def test_somebody_is_found_by_post_name_or_address_and_a_near_word_is_offered(office: Office) -> None:
    with office.looking() as work:
        by_post = commands.whois(work, "DCS")
        by_address = commands.whois(work, "scrutineer@ourshire.invalid")
        assert by_post.title == "Director of Children's Services"
        assert by_address.text.endswith("Independent Scrutineer, from Mon 4 Jan 2027")
        with pytest.raises(Refused, match="Did you mean"):
            commands.whois(work, "Chief Nurze")


def test_my_posts_are_those_i_hold_and_those_i_cover(office: Office) -> None:
    office.done("business-manager", "people.cover", post="chief-nurse", person="designated-nurse", until="2027-01-08")
    with office.looking() as work:
        nurse = rehearsing.person_of("ourshire", "designated-nurse")
        assert commands.my_posts(work, nurse).text.splitlines() == [
            "Designated Nurse, from Mon 4 Jan 2027",
            "covers the Chief Nurse, from Mon 4 Jan 2027 to Fri 8 Jan 2027",
        ]


# The ledger


def test_a_fact_about_a_person_stands_in_every_chain_they_are_in_and_a_post_only_in_its_own(office: Office) -> None:
    other = load("somerset")
    rehearsing.open_office(office.runner, other, office.now, "notebook")
    elsewhere = permissions.administrator("somerset")
    post = next(p.id for p in other.arrangements.posts if not p.vacant)
    form = {"name": "Police Officer", "email": "officer@police.example", "post": post, "capacity": "deputy"}
    office.runner.perform(elsewhere, "people.enter", form, None, office.now)
    office.done("business-manager", "people.enter", **form | {"post": "lay-member"})
    assert _last(office.runner, "ourshire").startswith("people.enter post:lay-member")
    assert _last(office.runner, "somerset").startswith(f"people.enter post:{post}")
    office.done("business-manager", "people.enter", **form | {"post": "scrutineer", "name": "Chief Inspector"})
    lines = {chain: _last(office.runner, chain) for chain in ("ourshire", "somerset", ledger.INSTALLATION)}
    assert set(lines.values()) == {"people.enter post:scrutineer"}
    for chain in lines:
        with office.runner.store.reading() as session:
            assert ledger.verify(Scope(session, chain), office.runner.ledger_key).broken_at is None


def _last(runner: Runner, chain: str) -> str:
    with runner.store.reading() as session:
        entry = list(ledger.entries(Scope(session, chain)))[-1]
        return f"{entry.action} {entry.record}"
