"""Would people be reached, on each of the next fourteen days? And how often were they woken, and for what?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from commands import digests, forecasts
from storage.records import people
from storage.records.message import Message
from storage.records.scope import Scope
from tests.offices import ALL_WAYS, OURSHIRE, Office, an_office

MANAGER = "business-manager"
ALL_WELL = "On each of the next 14 days each safeguarding partner has somebody who can be reached"
FACTS = {"aware": "2027-01-05T08:00:00+00:00"}
TOLD = 'told = ["director-childrens-services", "assistant-chief-constable", "chief-nurse"]'


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2027-01-05 06:00") as office:  # a Tuesday
        yield office


def forecast(office: Office) -> list[str]:
    with office.looking(MANAGER) as work:
        return forecasts.forecast(work)


def leaves(office: Office, post: str, last: str) -> None:
    """Whoever is in a post has it until a day, that day included, as two people have agreed."""
    with office.runner.store.writing() as session:
        for holding in people.holdings(Scope(session, office.partnership), posts=[post]):
            holding.until = date.fromisoformat(last)
            session.add(holding)


def enters(office: Office, post: str, email: str, since: str, until: str | None = None) -> str:
    """Somebody holds a post from a day on, as two people have agreed; nobody knows an account of theirs."""
    with office.runner.store.writing() as session:
        new = people.enter(session, name="Somebody New", email=email, now=office.now)
        people.enter_holding(
            Scope(session, office.partnership),
            post=post,
            person=new.id,
            capacity="holder",
            agency="",
            since=date.fromisoformat(since),
            until=date.fromisoformat(until) if until else None,
        )
        return new.id


def accounts_are(office: Office, post: str, **state: str) -> None:
    """What becomes of every account of whoever is in a post."""
    person = office.person(post)
    with office.runner.store.writing() as session:
        for identity in people.identities(session, person):
            for name, value in state.items():
                setattr(identity, name, value)
            session.add(identity)


def woken(office: Office, reader: str) -> list[str]:
    """What whoever is in a post is told about the first quarter of 2027."""
    person = office.person(reader)
    with office.looking(MANAGER) as work:
        return forecasts.woken(work, person, date(2027, 1, 1))


# ahead


def test_where_everybody_is_in_post_it_says_so(office: Office) -> None:
    assert forecast(office) == [ALL_WELL]


def test_a_day_on_which_nobody_is_in_post_is_named_with_its_weekday(office: Office) -> None:
    leaves(office, "chief-nurse", "2027-01-08")
    enters(office, "chief-nurse", "nurse@ours.example", "2027-01-10")
    with_mail(office)
    gap = "NHS Ourshire (Chief Nurse): nobody can be reached on Sat 9 Jan 2027; "
    assert forecast(office) == [f"{gap}nobody is in the post, deputises or covers"]


def with_mail(office: Office) -> None:
    """From now on mail goes out too."""
    office.runner = replace(office.runner, ways=ALL_WAYS)


def test_two_days_and_longer_stretches_are_said_as_such_to_the_fourteenth_day_and_no_further(office: Office) -> None:
    leaves(office, "chief-nurse", "2027-01-16")
    [line] = forecast(office)
    assert "on Sun 17 Jan 2027 and Mon 18 Jan 2027;" in line, "today is the first of fourteen days"
    leaves(office, "chief-nurse", "2027-01-15")
    [line] = forecast(office)
    assert "from Sat 16 Jan 2027 to Mon 18 Jan 2027;" in line
    leaves(office, "chief-nurse", "2027-01-18")
    assert forecast(office) == [ALL_WELL]


def test_a_deputy_of_the_partner_is_somebody_and_so_is_cover(office: Office) -> None:
    leaves(office, "director-childrens-services", "2027-01-04")
    assert forecast(office) == [ALL_WELL], "the Head of Safeguarding deputises for the council"
    leaves(office, "assistant-chief-constable", "2027-01-04")
    covers = office.person("detective-superintendent")
    with office.runner.store.writing() as session:
        people.enter_cover(
            Scope(session, office.partnership),
            post="assistant-chief-constable",
            person=covers,
            since=date(2027, 1, 5),
            until=date(2027, 1, 12),
        )
    [line] = forecast(office)
    assert line.startswith("Ourshire Police (Assistant Chief Constable): nobody can be reached from Wed 13 Jan 2027")


def test_an_account_that_was_not_confirmed_reaches_nobody_but_mail_does(office: Office) -> None:
    accounts_are(office, "chief-nurse", state="proposed")
    [line] = forecast(office)
    assert line.endswith("nobody there has confirmed an account, and no mail goes out")
    with_mail(office)
    assert forecast(office) == [ALL_WELL]


def test_an_account_that_has_ended_and_an_address_that_bounces_reach_nobody(office: Office) -> None:
    with_mail(office)
    person = office.person("chief-nurse")
    accounts_are(office, "chief-nurse", gone="the account was closed")
    assert forecast(office) == [ALL_WELL]
    with office.runner.store.writing() as session:
        found = people.get(session, person)
        assert found is not None
        bounced = people.propose(session, door="mail", tenant="", user=found.email, person=person, now=office.now)
        bounced.gone = "there is no such address"
        session.add(bounced)
    assert len(forecast(office)) == 1 and forecast(office) != [ALL_WELL]


def test_who_has_not_said_for_two_weeks_that_they_are_still_in_post_counts_as_not_to_be_reached() -> None:
    with an_office(opened="2027-01-05 06:00") as office:
        office.run_to("2027-01-06 09:01")
        office.done(
            "assistant-chief-constable",
            "watch.in-post",
            post="assistant-chief-constable",
            part="2027-Q1",
            answer="yes",
        )
        office.run_to("2027-01-20 09:00")
        assert forecast(office) == [ALL_WELL]
        office.run_to("2027-01-20 09:01")
        council, nhs = forecast(office)
        assert council.startswith("Ourshire Council (Director of Children's Services): nobody can be reached from")
        assert nhs.endswith("whoever is in the post has left, or has not said that they are still in it")


def test_a_partner_for_whom_the_arrangements_name_nobody_is_said_to_be_watched_by_nobody() -> None:
    text = OURSHIRE.read_text("utf-8").replace(
        '"assistant-chief-constable", "chief-nurse"]\npack', '"chief-nurse"]\npack'
    )
    assert text != OURSHIRE.read_text("utf-8")
    with an_office(definition=text) as office:
        unsaid = "Ourshire Police: our arrangements do not say who is told; nobody watches this"
        assert forecast(office) == [unsaid]


def test_nothing_is_forecast_while_no_incident_can_be_notified(office: Office) -> None:
    office.done(MANAGER, "incident.switch-off")
    assert forecast(office) == []
    reader = office.person(MANAGER)
    with office.looking(MANAGER) as work:
        data = digests.digest_data(work, cases=(), reader=reader)
        assert (data["reached"], data["of_cases"]) == ([], [])


# in the digest


def digest(office: Office, day: str) -> Message:
    """The weekly digest that goes out on a day."""
    office.run_to(f"{day} 12:00")
    return next(m for m in reversed(office.sent_to(MANAGER)) if ": the week from " in m.title)


def test_the_weekly_digest_has_it_with_what_is_not_set_up(office: Office) -> None:
    leaves(office, "chief-nurse", "2027-01-12")
    said = digest(office, "2027-01-11").text
    assert "Serious incidents: would people be reached?" in said
    assert "- NHS Ourshire (Chief Nurse): nobody can be reached from Wed 13 Jan 2027 to Sun 24 Jan 2027; " in said
    assert "- No mail is set up: there is no copy on paper, and who has no chat account is not reached" in said
    assert "no heartbeat address is set" not in said


def test_the_digest_says_that_nobody_would_notice_if_the_bot_stopped() -> None:
    with an_office(ways=frozenset()) as office:
        said = digest(office, "2027-01-11").text
        assert "- Nobody would notice if this bot stopped: no heartbeat address is set" in said


# back


def opened_by_night(office: Office, at: str, **more: object) -> None:
    office.moves_to(at)
    office.done(MANAGER, "incident.start", pathway="serious-incident", facts=FACTS, **more)


def test_in_the_first_digest_of_a_quarter_it_says_how_often_people_were_woken_and_for_what() -> None:
    with an_office(opened="2027-03-31 22:00") as office:
        opened_by_night(office, "2027-03-31 23:00")
        office.run_to("2027-04-01 08:00")
        found = woken(office, MANAGER)
        assert found == [
            "From January to March 2027 people were woken ten times: "
            "nobody had answered (7) and our arrangements have people woken (3)"
        ], "after midnight it is another quarter"
        for post in ("director-childrens-services", "assistant-chief-constable", "chief-nurse"):
            office.done(MANAGER, "incident.said", reference="TEST-1", post=post, said="knows")
        assert found[0] in digest(office, "2027-04-06").text, "Monday 5 April is Easter Monday"
        assert "people were woken" not in digest(office, "2027-04-12").text


def test_what_is_told_by_day_or_in_silence_wakes_nobody(office: Office) -> None:
    opened_by_night(office, "2027-03-09 12:00")
    assert woken(office, MANAGER) == ["From January to March 2027 nobody was woken"]


def test_who_is_not_on_the_list_of_a_case_hears_nothing_of_how_people_were_woken_for_it(office: Office) -> None:
    opened_by_night(office, "2027-03-09 23:00")
    assert "nobody was woken" in woken(office, "head-teacher")[0]
    assert "people were woken" in woken(office, MANAGER)[0]
    accounts_are(office, MANAGER, state="proposed")
    assert woken(office, MANAGER) == []


def test_a_drill_by_night_is_counted_as_a_drill(office: Office) -> None:
    office.done(MANAGER, "drill.plan", day="2027-01-05", starts="23:00")
    office.run_to("2027-01-05 23:01")
    [line] = woken(office, MANAGER)
    assert line == "From January to March 2027 drills woke people three times"


def test_a_day_of_the_forecast_is_never_before_today(office: Office) -> None:
    leaves(office, "chief-nurse", "2027-01-01")
    with office.looking(MANAGER) as work:
        [gap] = forecasts.gaps(work)
        assert (gap.first, gap.last) == (work.today, work.today + timedelta(days=13))
