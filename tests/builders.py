"""Small definitions for tests, with defaults for all that a test does not care about."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from storage.arrangements.groups import Group
from storage.arrangements.partnership import Arrangements


def a_group(id_: str = "executive", *cycles: Mapping[str, Any], **given: Any) -> Group:
    """A running group with those cycles, each as it would stand in a file: `{"kind": "yearly", "times": 4}`."""
    entry = {"id": id_, "name": id_.capitalize(), "nature": "subgroup", "cycles": list(cycles), **given}
    return Group.model_validate(entry)


def an_arrangement(
    groups: Sequence[Group] = (),
    planning: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    outside: Mapping[str, Mapping[str, Any]] | None = None,
    closures: Sequence[Mapping[str, Any]] = (),
    year_starts: int = 4,
    **given: Any,
) -> Arrangements:
    """A partnership of those groups. `planning` has what was chosen, by group; it begins on 1 January 2019."""
    entry = {
        "format": 1,
        "id": "ourshire",
        "name": "Ourshire Safeguarding Children Partnership",
        "short": "OSCP",
        "from": date(2019, 1, 1),
        "secretariat": {"name": "Safeguarding Unit", "business_manager": "business-manager"},
        "planning": {
            "year_starts": year_starts,
            "groups": dict(planning or {}),
            "outside": dict(outside or {}),
            "closures": list(closures),
        },
        **given,
    }
    return Arrangements.model_validate({**entry, "groups": [group.model_dump(by_alias=True) for group in groups]})
