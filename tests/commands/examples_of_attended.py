"""Who was at a meeting of the Practice Group, and who has signed what it has everybody sign: for the examples."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from storage.records import meetings
from tests.offices import Office

GROUP, MEMBER = "practice", "practice-member"
MANAGER = "business-manager"
AGREEMENT = {"name": "agreement", "sheet": True, "source": "ours §1"}
SKILL = "nursing"

Form = Mapping[str, object]


def _row(office: Office, *, been: bool = True) -> dict[str, object]:
    first, last = (-90, -1) if been else (1, 90)
    with office.reading() as scope:
        days = (office.today + timedelta(days=first), office.today + timedelta(days=last))
        rows = [row for row in meetings.between(scope, *days, GROUP) if row.status != "cancelled"]
        return {"group": GROUP, "place": rows[0].place}


def _been(**more: object) -> Callable[[Office], Form]:
    return lambda office: _row(office) | more


def _signed(office: Office) -> Form:
    office.done(MANAGER, "agreement.signed", group=GROUP, person=MEMBER, on="2026-10-05")
    return {"group": GROUP, "person": MEMBER}


def _here(**more: object) -> Callable[[Office], Form]:
    """The member is recorded as present at a meeting that has been."""

    def form(office: Office) -> Form:
        _signed(office)
        office.done(MANAGER, "attended.record", **_row(office), **{f"seat.{MEMBER}": "present"})
        return _row(office) | more

    return form


def _to_come(office: Office) -> Form:
    _signed(office)
    return _row(office) | {"seat": MEMBER, "at": "10:30"}


FORMS: dict[str, Callable[[Office], Form]] = {
    "attended.record": _been(**{f"seat.{MEMBER}": "apologies"}),
    "attended.left": _here(seat=MEMBER, at="10:30"),
    "attended.came": _to_come,
    "attended.guest": _been(name="Visiting adviser", signed="yes"),
    "attended.sheet": _here(seats=MEMBER),
    "attended.put-back": _here(before={MEMBER: None}),
    "agreement.signed": lambda _office: {"group": GROUP, "person": MEMBER},
    "agreement.withdraw": _signed,
    "skills.need": lambda office: _row(office, been=False) | {"skills": SKILL},
}
"""The form of each action of the day itself, of agreements and of skills."""
