"""The forms of who may know of a case, of how long it is kept, and of a telephone number: what each asks for."""

from collections.abc import Callable, Mapping

from . import contacts, keeping, list_changes
from .steps import Asked, Step
from .telephones import WANT_NUMBER
from .work import Work

_REFERENCE = Asked("reference", "Reference of the incident", "words")
_WHO = Asked("who", "Post or person", "words", hint="A post, or the name or e-mail address of a person in one.")
_PERSON = Asked("person", "Whose number", "words", hint="An e-mail address, a name, or the post they hold.")
_NUMBER = Asked("number", "Telephone number", "words", hint=f"{WANT_NUMBER} To take it away: {contacts.NO_NUMBER}")

_STEPS = (
    Step(list_changes.ADD.name, "Somebody may know of an incident", "Propose", (_REFERENCE, _WHO), quiet=True),
    Step(list_changes.END.name, "Somebody leaves the list", "Propose", (_REFERENCE, _WHO), quiet=True),
    Step(
        keeping.HOLD.name,
        "Keep an incident beyond its time",
        "Hold it",
        (_REFERENCE, Asked("because", "Why", "choice", choices=keeping.choices())),
        quiet=True,
    ),
    Step(contacts.TELEPHONE.name, "Telephone number", "Keep it", (_PERSON, _NUMBER), quiet=True),
)


def _always(step: Step) -> Callable[[Work, Mapping[str, str]], Step | None]:
    return lambda _work, _raw: step


MADE: Mapping[str, Callable[[Work, Mapping[str, str]], Step | None]] = {step.action: _always(step) for step in _STEPS}
"""The maker of an action's step, by the action's name."""
