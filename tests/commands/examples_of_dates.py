"""Date polls of the Practice Group, for the examples: one is open, in which the Archivist is asked too."""

from collections.abc import Callable, Mapping

from storage.records import polls
from storage.records.scope import Scope
from tests.offices import Office

GROUP = "practice"
MANAGER = "business-manager"

Form = Mapping[str, object]


def _opened(**more: object) -> Callable[[Office], Form]:
    """A date poll for the group's next meeting, with a seat of the Archivist's beside those at the table."""

    def form(office: Office) -> Form:
        office.done(MANAGER, "date.open", group=GROUP)
        with office.runner.store.writing() as session:
            seat = {"partnership": office.partnership, "kind": polls.DATE, "place": f"{GROUP}.1", "post": "archivist"}
            session.add(polls.Seat(**seat, decides=False))
        return {"group": GROUP, "number": 1, **more}

    return form


def first_slot(office: Office, number: int = 1) -> str:
    """The key of the first slot of the group's poll."""
    with office.reading() as scope:
        return slot_keys(scope, GROUP, number)[0]


def slot_keys(scope: Scope, group: str, number: int = 1) -> list[str]:
    """The keys of a poll's slots, in the order of time."""
    poll = polls.find(scope, polls.DATE, f"{group}.{number}")
    assert poll is not None
    rows = poll.question["slots"]
    assert isinstance(rows, list)
    return [str(row["at"]) for row in rows]


def _to_take(office: Office) -> Form:
    return {**_opened()(office), "slot": first_slot(office)}


def _taken(office: Office) -> Form:
    office.done(MANAGER, "date.confirm", **_to_take(office))
    return {"group": GROUP, "number": 1, "day": "2027-04-13", "starts": "10:00", "status": "planned"}


FORMS: dict[str, Callable[[Office], Form]] = {
    "date.open": lambda _office: {"group": GROUP},
    "date.answer": _opened(post="archivist", every="yes"),
    "date.confirm": _to_take,
    "date.close": _opened(because="It stays where it is"),
    "date.take-back": _taken,
}
"""The form of each action of date polls."""
