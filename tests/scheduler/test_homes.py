"""Homes are kept true: what changes is told anew, what does not is left alone, and a leaver's is emptied."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from commands import homes
from scheduler.delivery import Delivery
from scheduler.doors import Gone, Parcel, Result
from scheduler.homes import HomeKeeper
from scheduler.rehearsal import Notebook
from storage.records import ledger, outbox
from storage.records.outbox import Outgoing
from storage.records.partnerships import Workspace
from tests.offices import Office, an_office


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2027-03-05 09:00", incidents=False) as office:
        yield office


def open_for(office: Office, keeper: HomeKeeper, post: str, *, afresh: bool = False) -> bool:
    person = office.person(post)
    account = ("notebook", office.partnership, person)
    return keeper.open(office.partnership, person, account, office.now, afresh=afresh)


def head(office: Office) -> str:
    with office.reading() as scope:
        return ledger.head(scope)


def rows(office: Office) -> list[Outgoing]:
    with office.reading() as scope:
        found = outbox.homes(scope)
        scope.session.expunge_all()
    return found


def shown(office: Office, person: str) -> str:
    """What stands in somebody's home at the door now."""
    texts = [
        f"{p.message.title}\n{p.message.text}"
        for _, p in office.notebook.sent
        if p.person == person and p.kind == "home"
    ]
    assert len(texts) == 1, texts
    return texts[0]


def test_a_home_is_brought_to_the_door_it_was_opened_at(office: Office) -> None:
    assert open_for(office, HomeKeeper(office.runner), "head-teacher")
    office.deliver()
    assert "Asked of you now" in shown(office, office.person("head-teacher"))


def test_opening_again_and_a_round_in_which_nothing_happened_write_nothing(office: Office) -> None:
    keeper = HomeKeeper(office.runner)
    open_for(office, keeper, "head-teacher")
    office.deliver()
    before = head(office)
    assert not open_for(office, keeper, "head-teacher")
    assert keeper.keep(office.now) == 0 == keeper.keep(office.now)
    assert head(office) == before


def test_a_change_is_brought_to_those_homes_that_it_concerns_and_to_no_other(office: Office) -> None:
    keeper = HomeKeeper(office.runner)
    for post in ("head-teacher", "lay-member"):
        open_for(office, keeper, post)
    office.deliver()
    office.done("business-manager", "action.add", title="Write the protocol", owner="head-teacher", due="2027-03-09")
    assert keeper.keep(office.now) == 1
    assert keeper.keep(office.now) == 0
    assert [row.state for row in rows(office)].count("waiting") == 1
    office.deliver()
    assert "Write the protocol" in shown(office, office.person("head-teacher"))


def test_a_new_day_changes_what_is_overdue_though_nobody_did_anything(office: Office) -> None:
    keeper = HomeKeeper(office.runner)
    office.done("business-manager", "action.add", title="Write the protocol", owner="head-teacher", due="2027-03-05")
    open_for(office, keeper, "head-teacher")
    assert keeper.keep(office.now) == 0
    assert keeper.keep(office.moves_to("2027-03-06 00:01")) == 1
    office.deliver()
    assert "action 1, Write the protocol, overdue" in shown(office, office.person("head-teacher"))


def test_a_pause_is_seen_on_the_home_while_it_lasts(office: Office) -> None:
    keeper = HomeKeeper(office.runner)
    open_for(office, keeper, "business-manager")
    office.deliver()
    office.done("business-manager", "partnership.pause")
    assert keeper.keep(office.now) == 1
    office.deliver()
    assert "Sending is paused" in shown(office, office.person("business-manager"))


def test_a_leavers_home_is_emptied_the_day_after_the_last_one_also_when_their_account_has_ended(
    office: Office,
) -> None:
    keeper, person = HomeKeeper(office.runner), office.person("head-teacher")
    open_for(office, keeper, "head-teacher")
    office.deliver()
    office.done("business-manager", "people.leave", post="head-teacher", until="2027-03-08")
    assert keeper.keep(office.moves_to("2027-03-08 12:00")) == 1  # the last day stands there
    office.deliver()
    assert "Asked of you now" in shown(office, person)
    office.run_to("2027-03-09 09:00")
    assert keeper.keep(office.now) == 1
    office.deliver()
    assert "You have no post here today" in shown(office, person)
    assert "Asked of you now" not in shown(office, person)


def test_what_still_waits_for_somebody_who_has_left_is_not_shown_to_them(office: Office) -> None:
    keeper, person = HomeKeeper(office.runner), office.person("head-teacher")
    open_for(office, keeper, "head-teacher")
    office.done("business-manager", "people.leave", post="head-teacher", until="2027-03-05")
    office.deliver("2027-03-06 02:00")
    assert not [p for _, p in office.notebook.sent if p.person == person]
    assert keeper.keep(office.now) == 1
    office.deliver()
    assert "You have no post here today" in shown(office, person)


def test_a_page_that_is_gone_at_the_door_is_brought_afresh_though_nothing_has_changed(office: Office) -> None:
    keeper = HomeKeeper(office.runner)
    open_for(office, keeper, "head-teacher")
    office.deliver()
    assert open_for(office, keeper, "head-teacher", afresh=True)
    assert [row.state for row in rows(office)] == ["waiting"]
    office.deliver()
    assert [row.state for row in rows(office)] == ["sent"]


def test_a_home_goes_to_the_workspace_in_which_it_was_opened(office: Office) -> None:
    person = office.person("head-teacher")
    for tenant, user in (("T1", "U1"), ("T2", "U2")):
        account = {"door": "chat", "tenant": tenant, "user": user}
        office.done("administrator", "identity.propose", **account, email="head-teacher@ourshire.invalid")
    HomeKeeper(office.runner).open(office.partnership, person, ("chat", "T2", "U2"), office.now)
    chat = Notebook("chat")
    Delivery(office.runner, {"chat": chat}, threads=0).deliver(lambda: office.now)
    assert [(p.tenant, p.address, p.kind) for _, p in chat.sent] == [("T2", "U2", "home")]


def test_a_trial_is_said_on_every_home(office: Office) -> None:
    open_for(office, HomeKeeper(office.runner), "head-teacher")
    assert HomeKeeper(office.runner, sandbox=True).keep(office.now) == 1
    assert "This is a trial" in rows(office)[0].words.text


def test_a_home_stays_with_its_person_also_when_all_messages_go_to_one_place(office: Office) -> None:
    person = office.person("head-teacher")
    open_for(office, HomeKeeper(office.runner, sandbox=True), "head-teacher")
    doors = {office.notebook.name: office.notebook}
    delivery = Delivery(office.runner, doors, threads=0, sandbox=("notebook", "the one place"))
    delivery.deliver(lambda: office.now)
    assert [(p.address, p.message.title) for _, p in office.notebook.sent] == [(person, "OSCP: what you owe")]


class Shut(Notebook):
    """A door that takes nothing."""

    def send(self, parcel: Parcel, now: datetime) -> Result:
        return Gone("the account is deactivated")


def test_a_home_that_a_door_takes_no_more_is_no_news_and_marks_nobody(office: Office) -> None:
    open_for(office, HomeKeeper(office.runner), "head-teacher")
    Delivery(office.runner, {"notebook": Shut()}, threads=0).deliver(lambda: office.now)
    assert [row.state for row in rows(office)] == ["failed"]
    office.deliver()
    assert office.told("business-manager") == []


def test_a_home_that_could_not_be_shown_is_no_message_that_was_not_delivered(office: Office) -> None:
    open_for(office, HomeKeeper(office.runner), "head-teacher")
    with office.runner.store.writing() as session:
        for row in rows(office):
            row.state = "failed"
            session.merge(row)
    with office.reading() as scope:
        assert outbox.not_delivered(scope) == []
    assert open_for(office, HomeKeeper(office.runner), "head-teacher")
    assert [row.state for row in rows(office)] == ["waiting"]


def test_a_home_at_an_account_that_is_theirs_no_more_is_emptied_though_they_stay_in_post(office: Office) -> None:
    keeper, person = HomeKeeper(office.runner), office.person("head-teacher")
    open_for(office, keeper, "head-teacher")
    office.deliver()
    office.done("administrator", "identity.end", door="notebook", tenant=office.partnership, user=person)
    assert keeper.keep(office.now) == 1
    office.deliver()
    assert "You have no post here today" in shown(office, person)
    office.done("business-manager", "action.add", title="Write the protocol", owner="head-teacher", due="2027-03-09")
    assert keeper.keep(office.now) == 0


def test_where_an_account_is_now_somebody_elses_only_their_home_stands_there(office: Office) -> None:
    keeper, teacher, lay = HomeKeeper(office.runner), office.person("head-teacher"), office.person("lay-member")
    open_for(office, keeper, "head-teacher")
    office.deliver()
    account = {"door": "notebook", "tenant": office.partnership, "user": teacher}
    office.done("administrator", "identity.end", **account)
    office.done("administrator", "identity.end", **account | {"user": lay})
    office.done("administrator", "identity.propose", **account, email="lay-member@ourshire.invalid")
    office.notebook.sent.clear()
    keeper.open(office.partnership, lay, ("notebook", office.partnership, teacher), office.now)
    keeper.keep(office.now)
    office.deliver()
    assert [(p.person, p.address) for _, p in office.notebook.sent] == [(lay, teacher)]
    with office.reading() as scope:
        assert homes.standing(scope.session, "notebook", office.partnership, teacher) == []


def test_a_partnership_that_a_workspace_serves_no_more_has_no_home_there(office: Office) -> None:
    person, keeper = office.person("head-teacher"), HomeKeeper(office.runner)
    where = {"door": "chat", "tenant": "T1"}
    with office.runner.store.writing() as session:
        session.add(Workspace(**where, partnership="theirshire"))
    office.done("administrator", "workspace.serve", **where, name="Ours", sealed="sealed")
    office.done("administrator", "identity.propose", **where, user="U1", email="head-teacher@ourshire.invalid")
    keeper.open(office.partnership, person, ("chat", "T1", "U1"), office.now)
    chat = Notebook("chat", finds="workspace")
    deliver = Delivery(office.runner, {"chat": chat}, threads=0).deliver
    deliver(lambda: office.now)
    office.done("administrator", "workspace.end", **where)
    with office.reading() as scope:
        assert homes.standing(scope.session, "chat", "T1", person) == []
    assert keeper.keep(office.now) == 1
    deliver(lambda: office.now)
    assert [p.message.title for _, p in chat.sent] == ["You have no post here today"]
