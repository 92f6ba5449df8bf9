"""Whether people come to the Practice Group's next meeting, for the examples: the Archivist is asked too."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from storage.records import meetings, polls
from tests.offices import Office

GROUP = "practice"
MANAGER = "business-manager"

Form = Mapping[str, object]


def _about(office: Office) -> dict[str, object]:
    with office.reading() as scope:
        row = meetings.upcoming(scope, GROUP, office.today + timedelta(days=1))
        assert row is not None
        return {"group": GROUP, "place": row.place}


def _next(**more: object) -> Callable[[Office], Form]:
    return lambda office: _about(office) | more


def _said(**more: object) -> Callable[[Office], Form]:
    """A member has said that they do not come; the Archivist has a seat beside those at the table."""

    def form(office: Office) -> Form:
        about = _about(office)
        office.done(MANAGER, "attendance.told", **about, post=f"{GROUP}-member", value="no")
        with office.runner.store.writing() as session:
            place = f"{GROUP}.{about['place']}"
            seat = {"partnership": office.partnership, "kind": polls.ATTENDANCE, "place": place, "post": "archivist"}
            session.add(polls.Seat(**seat, decides=False))
        return about | more

    return form


def _confirmed(office: Office) -> Form:
    about = _about(office) | {"what": "deputies"}
    office.done(MANAGER, "quorum.confirm", **about, counts="yes")
    return about


FORMS: dict[str, Callable[[Office], Form]] = {
    "attendance.answer": _said(post="archivist", value="yes"),
    "attendance.told": _next(post=f"{GROUP}-member", value="yes"),
    "attendance.remind": _said(),
    "attendance.ask-deputies": _said(),
    "attendance.defer": _next(because="numbers"),
    "quorum.confirm": _next(what="deputies", counts="yes"),
    "quorum.unconfirm": _confirmed,
}
"""The form of each action of attendance and quorum."""
