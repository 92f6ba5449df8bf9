"""People, identities, pause, undo and audit in one week of an office, on SQLite and on PostgreSQL alike."""

from commands import identities
from commands.people_import import form_of
from commands.permissions import administrator
from scheduler.auditor import audit, tell
from storage.records import delivery, duties, ledger, people
from storage.records.scope import Scope
from tests.offices import Office, an_office

ACCOUNT = {"door": "slack", "tenant": "T1", "user": "U1"}
FILE = (
    b"name,email,post,from,until,covers\n"
    b"Lay Member,lay-member@ourshire.invalid,lay-member,,2027-01-05,\n"
    b"New Member,new@ours.example,lay-member,2027-01-06,2027-01-12,chief-nurse\n"
)


def found(office: Office) -> set[tuple[str, str]]:
    for name in ("tick", "delivery"):
        delivery.beat(office.runner.store, name, office.now)
    return {(one.found.problem, one.found.kind) for one in audit(office.runner, office.now).findings}


def test_a_week_of_people(database_url: str) -> None:
    with an_office(database_url, incidents=False) as office:
        office.done("business-manager", "people.import", **form_of("people.csv", FILE))
        again = office.perform("business-manager", "people.import", **form_of("people.csv", FILE))
        assert again.answer is not None and again.answer.title.endswith("0 added, 0 changed, 3 left alone")

        office.done("time", "identity.propose", **ACCOUNT, email="NEW@ours.example")
        code = office.perform("administrator", "identity.code", **ACCOUNT).secret
        somebody = identities.actor_at(office.runner.store, "ourshire", **ACCOUNT)
        assert office.done(somebody, "identity.confirm", **ACCOUNT, code="XXXX").title == "That is not the code"
        office.done(somebody, "identity.confirm", **ACCOUNT, code=code)
        assert identities.actor_at(office.runner.store, "ourshire", **ACCOUNT).confirmed

        office.done("chief-nurse", "people.cover", post="chief-nurse", person="designated-nurse", until="2027-01-08")
        nurse = people.person_id("chief-nurse@ourshire.invalid")
        office.runner.perform(office.actor("chief-nurse@ourshire.invalid"), "undo", {}, "press-1", office.now)
        assert office.person("chief-nurse") == nurse

        office.done("business-manager", "partnership.pause")
        office.run_to("2027-01-06 12:00")
        assert found(office) == set()
        office.runner.perform(administrator("ourshire"), "partnership.resume", {}, None, office.now)
        office.run_to("2027-01-13 12:00")
        assert found(office) == set()
        assert identities.actor_at(office.runner.store, "ourshire", **ACCOUNT).person is None

        office.moves_to("2027-01-14 04:00")
        assert found(office) >= {("duty", "plan-ahead")}
        assert tell(office.runner, audit(office.runner, office.now), office.now) == 1
        assert tell(office.runner, audit(office.runner, office.now), office.now) == 0

        with office.runner.store.reading() as session:
            for chain in ("ourshire", ledger.INSTALLATION):
                assert ledger.verify(Scope(session, chain), office.runner.ledger_key).broken_at is None
            assert duties.latest(Scope(session, "ourshire"), "partnership", "plan-ahead") is not None
