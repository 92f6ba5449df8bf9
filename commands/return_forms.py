"""Which form a return has, and which return somebody means: a partnership's own forms first, then those that ship."""

import tomllib
from functools import cache

from storage.arrangements.findings import did_you_mean
from storage.arrangements.forms import Form
from storage.arrangements.partnership import Arrangements
from storage.arrangements.returns import Return
from storage.records.returns import Round
from templates import form_ids, form_text

from .naming import plain
from .refusals import Refused
from .work import Work

PLAIN = "report"
"""The form of a return whose arrangements do not say what it holds."""


@cache
def shipped_form(id_: str) -> Form:
    """A form that comes with Convenor. Raises KeyError where there is none of that id."""
    return Form.model_validate(tomllib.loads(form_text(id_)))


def form_of(arrangements: Arrangements, report: Return) -> Form:
    """The form of a return: the definition's own of that id, else the one that comes with Convenor.

    Raises KeyError where there is neither, which `convenor check` finds first.
    """
    wanted = report.form or PLAIN
    return next((each for each in arrangements.forms if each.id == wanted), None) or shipped_form(wanted)


def as_opened(round_: Round) -> Form:
    """The form of a round as it was when the round was opened, whatever has become of it since."""
    return Form.model_validate(round_.form)


def known_forms(arrangements: Arrangements) -> set[str]:
    """The ids of every form that a definition may name."""
    return {each.id for each in arrangements.forms} | set(form_ids())


def find(arrangements: Arrangements, id_: str) -> Return | None:
    """The return with that id, where the arrangements have it (still)."""
    return next((each for each in arrangements.returns if each.id == id_), None)


def meant(work: Work, word: str) -> Return:
    """The return that somebody calls so: by its id or name. Raises Refused with what there is."""
    for each in work.arrangements.returns:
        if plain(word) in (plain(each.id), plain(each.name)):
            return each
    names = [each.name for each in work.arrangements.returns]
    if not names:
        raise Refused("Our arrangements ask nobody for a report or an audit. One can be added to them.")
    raise Refused(f'There is no report called "{word}".{did_you_mean(word, names)} There are: {"; ".join(names)}.')
