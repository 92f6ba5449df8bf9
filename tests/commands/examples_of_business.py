"""What was raised with the Practice Group, and a report that it received and that goes on: for the examples."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from commands.return_forms import shipped_form
from storage.records import meetings, raised
from storage.records.returns import Round
from storage.records.scope import Scope
from tests.offices import ALL_WAYS, Office

GROUP, ELSEWHERE = "practice", "elsewhere"
CARRIED = {
    "id": "carried-report",
    "name": "Report that goes on",
    "from_groups": [ELSEWHERE],
    "to_group": GROUP,
    "carried_to": ELSEWHERE,
    "carried_by": "archivist",
    "source": "chosen",
}

Form = Mapping[str, object]


def _raised(**given: str) -> Callable[[Office], None]:
    def raise_it(office: Office) -> None:
        with office.runner.store.writing() as session:
            scope = Scope(session, office.partnership)
            values = {"group": GROUP, "who": "post.archivist", "text": "No data from the hospital"} | given
            row = raised.add(scope, now=office.now, **values)  # type: ignore[arg-type]
            row.sent_on_from = given.get("sent_on_from", "")
            session.add(row)

    return raise_it


def on_its_agenda(**more: object) -> Callable[[Office], Form]:
    """Something that the Archivist raised stands with the Practice Group."""

    def form(office: Office) -> Form:
        _raised()(office)
        return more

    return form


def _closed(office: Office) -> Form:
    form = on_its_agenda(which=f"{GROUP}.1")(office)
    office.done("business-manager", "raised.close", **form, outcome="The hospital sends it")
    return form


def _sent_on(office: Office) -> Form:
    form = on_its_agenda(which=f"{GROUP}.1")(office)
    office.done("business-manager", "raised.send-on", **form, to=ELSEWHERE)
    return form


def _goes_on(office: Office) -> Form:
    """The Practice Group has received a report that goes on to another group, carried by the Archivist."""
    with office.runner.store.writing() as session:
        scope = Scope(session, office.partnership)
        held = meetings.between(scope, office.today - timedelta(days=90), office.today - timedelta(days=1), GROUP)[-1]
        place = f"{GROUP}.{held.place}"
        session.add(
            Round(
                partnership=office.partnership,
                report=str(CARRIED["id"]),
                place=place,
                name="Practice",
                due=held.day,
                group=GROUP,
                meeting=held.place,
                form=shipped_form("report").model_dump(mode="json"),
                version=1,
                chasers={},
                opened_at=office.now,
            )
        )
    return {"carried": f"{CARRIED['id']}:{place}", "text": "We ask for figures by ward"}


def _ahead(office: Office) -> Form:
    office.runner = replace(office.runner, ways=ALL_WAYS)
    with office.reading() as scope:
        row = meetings.upcoming(scope, GROUP, office.today)
        assert row is not None
        return {"group": GROUP, "place": row.place}


FORMS: dict[str, Callable[[Office], Form]] = {
    "raised.add": lambda _office: {"to": GROUP, "text": "No data from the hospital"},
    "raised.take-back": on_its_agenda(number=1),
    "raised.close": on_its_agenda(which=f"{GROUP}.1", outcome="The hospital sends it"),
    "raised.reopen": _closed,
    "raised.send-on": on_its_agenda(which=f"{GROUP}.1", to=ELSEWHERE),
    "raised.bring-back": _sent_on,
    "raised.tell-now": on_its_agenda(number=1),
    "raised.comment": _goes_on,
    "pack.send": _ahead,
}
"""The form of each action of what becomes of reports."""
