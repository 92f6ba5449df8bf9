"""Decisions of the Practice Group, for the examples: in one of them the Archivist decides too."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from storage.records import polls
from storage.records.polls import DECISION, Poll, Seat
from storage.records.scope import Scope
from tests.offices import Office

GROUP = "practice"
ONE: Mapping[str, object] = {"group": GROUP, "number": 1}
PROPOSAL = "We adopt the plan"

Form = Mapping[str, object]


def opened(office: Office) -> Form:
    """One is open; the Archivist decides in it beside the group's member."""
    office.done("business-manager", "decision.open", group=GROUP, proposal=PROPOSAL)
    with office.runner.store.writing() as session:
        session.add(Seat(partnership=office.partnership, kind=DECISION, place=f"{GROUP}.1", post="archivist"))
    return ONE


def ended(result: str, *failing: str) -> Callable[[Office], Form]:
    """One was closed before the group last met, with that result; `failing` is named for no consensus."""

    def form(office: Office) -> Form:
        opened(office)
        with office.runner.store.writing() as session:
            poll = polls.find(Scope(session, office.partnership), DECISION, f"{GROUP}.1")
            assert isinstance(poll, Poll)
            rule = poll.question["rule"]
            assert isinstance(rule, dict)
            poll.question = {**poll.question, "rule": {**rule, "failing": list(failing)}}
            poll.state, poll.outcome = "closed", {"result": result}
            poll.opened_at = poll.closed_at = office.now - timedelta(days=60)
            session.add(poll)
        return ONE

    return form


FORMS: dict[str, Callable[[Office], Form]] = {
    "decision.open": lambda _office: {"group": GROUP, "proposal": PROPOSAL},
    "decision.answer": lambda office: {**opened(office), "post": "archivist", "value": "agree"},
    "decision.close": opened,
    "decision.withdraw": lambda office: {**opened(office), "because": "It was a draft"},
    "decision.send-on": ended("not agreed", "lead"),
    "decision.ratify": lambda office: {**ended("agreed")(office), "result": "ratified"},
}
"""The form of each action of decisions."""
