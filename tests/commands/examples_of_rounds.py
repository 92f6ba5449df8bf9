"""Rounds, who owes and who answers, for the examples of actions: the Council's audit, and a school beside it."""

from collections.abc import Callable, Mapping

from storage.records.partnerships import Partnership
from tests.offices import Office

from .examples_of_returns import AGENCY, an_audit

MANAGER = "business-manager"
OTHER = "ourborough"
SCHOOL = {"name": "Oak Primary School", "duty": "section-175"}
CONTACT = {"agency": AGENCY, "role": "senior", "email": "senior@council.example"}

Form = Mapping[str, object]


def _open(**more: object) -> Callable[[Office], Form]:
    """The Council's audit is open."""

    def form(office: Office) -> Form:
        given = an_audit(office)
        return {"round": f"round:{given.report}:{given.place}", **more}

    return form


def _closed(office: Office) -> Form:
    form = _open()(office)
    office.done(MANAGER, "return.close", **form)
    return form


def _owed(**more: object) -> Callable[[Office], Form]:
    return lambda office: {**an_audit(office).about, **more}


def _said_not_us(office: Office) -> Form:
    about = _owed(because="It is the trust's")(office)
    office.done("archivist", "return.not-us", **about)
    return {**about, "answer": "grant"}


def _after(action: str, before: Form, form: Form) -> Callable[[Office], Form]:
    """A form that can be sent in after another step of the business manager."""

    def made(office: Office) -> Form:
        office.done(MANAGER, action, **before)
        return form

    return made


def _with_another_partnership(office: Office) -> Form:
    with office.runner.store.writing() as session:
        session.add(Partnership(id=OTHER, name="Ourborough", version=1))
    return {"report": "audit", "who": f"agency.{AGENCY}", "other": OTHER, "other_report": "audit"}


ROW = {"place": "line 2", "cells": {"name": "Oak Primary School", "duty": "section 175"}}

RATED = {
    "place": "row 2",
    "cells": {"agency": AGENCY, "standard": "1", "rating": "Met"},
    "places": {"agency": "cell A2", "standard": "cell B2", "rating": "cell C2"},
}

FORMS: dict[str, Callable[[Office], Form]] = {
    "return.open": lambda _office: {"report": "audit", "due": "2027-05-31"},
    "return.close": _open(),
    "return.cancel": _open(because="It is asked for in the autumn"),
    "return.open-again": _closed,
    "return.remind": _open(),
    "return.extend": _open(who=f"agency.{AGENCY}", due="2027-06-11", because="Their lead is new"),
    "return.not-us": _owed(because="It is the trust's"),
    "return.answer-not-us": _said_not_us,
    "return.contact": lambda _office: {**CONTACT, "name": "Senior"},
    "return.contact-ends": _after("return.contact", {**CONTACT, "name": "Senior"}, CONTACT),
    "return.enrol": lambda _office: SCHOOL,
    "return.enrol-ends": _after("return.enrol", SCHOOL, {"agency": "oak-primary-school"}),
    "return.owes": lambda _office: {"report": "audit", "who": AGENCY, "owes": "yes"},
    "return.consent": _with_another_partnership,
    "return.page": _open(),
    "return.import": lambda _office: {"report": "audit", "place": "2026", "due": "2026-03-31", "rows": [RATED]},
    "return.enrol-file": lambda _office: {"rows": [ROW]},
}
"""The form of each action of rounds."""
