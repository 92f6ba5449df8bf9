"""The questions that `setup` asks: what is open in the arrangements, by theme, each with the form that answers it."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from .findings import Finding
from .partnership import Arrangements, Open
from .phrases import the
from .unsaid import missing, unsaid


@dataclass(frozen=True)
class Theme:
    """What questions are grouped by. `words` are further words that people may type for it."""

    id: str
    title: str
    words: tuple[str, ...] = ()


THEMES = (
    Theme("front-door", "The front door", ("front", "door", "telephone")),
    Theme("meetings", "How groups meet", ("groups", "cycles", "how groups meet")),
    Theme("dates", "Dates to choose", ("planning", "slots")),
    Theme("chairs", "Chairs and terms", ("chair", "terms")),
    Theme("papers", "Papers and minutes", ("minutes",)),
    Theme("quorum", "Quorum", ("quorums",)),
    Theme("posts", "Posts and seats", ("post", "seats")),
    Theme("reports", "Reports and registers", ("report", "registers")),
    Theme("pathways", "Pathways", ("pathway", "incidents")),
    Theme("agencies", "Agencies", ("agency", "audit", "audits", "section 11")),
    Theme("rest", "Everything else", ("else", "other")),
)

NOTED = "noted"
"""The form for what no form can write into the arrangements: it is settled, or stays open because."""

STAYS = "stays"
"""The form that leaves a question open on purpose."""


@dataclass(frozen=True)
class Question:
    """One question. `form` names the form that answers it; `form` is empty where `how` says how else it is answered.

    `places` are where the answer belongs; `stays` says why it stays open for now, if somebody said so.
    """

    id: str
    places: tuple[str, ...]
    theme: str
    about: str
    sentence: str
    want: str
    form: str
    how: str = ""
    stays: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The names along the first place: ("groups", "executive", "cycles", "0")."""
        return tuple(part for part in re.split(r"[.\[\]]", self.places[0]) if part)


@dataclass(frozen=True)
class _Row:
    """A pattern of places, and what the questions there are about. `always`: the form fits what the file declares too.

    In `about`, {0} is the group, post, report or office that the pattern finds, in words.
    """

    pattern: str
    theme: str
    form: str
    about: str
    always: bool = False


_G = r"groups\.(?P<group>[^.\[]+)"
_TABLE = (
    _Row(r"front_door\.telephone", "front-door", "telephone", "the front door's telephone number"),
    _Row(r"front_door\.out_of_hours", "front-door", "telephone", "the front door's out-of-hours number"),
    _Row(rf"{_G}\.cycles(\[\d+\])?", "meetings", "cycle", "meetings of {0}"),
    _Row(rf"planning\.{_G}\.(months|slot|first|days)", "dates", "dates", "dates of {0}"),
    _Row(r"planning\.outside\.(?P<outside>[^.]+)(\.dates)?", "dates", "outside", "dates of {0}", always=True),
    _Row(r"planning\.year_starts", "dates", "year", "the month in which the year starts", always=True),
    _Row(rf"{_G}\.chair", "chairs", "chair", "chair of {0}"),
    _Row(rf"{_G}\.chairing\.term_months", "chairs", "term", "term of the chair of {0}"),
    _Row(rf"{_G}\.chairing\.order_agreed", "chairs", "order", "turns to chair {0}"),
    _Row(rf"{_G}\.offices\.[^.]+\.term_months", "chairs", "term", "term of an office of {0}"),
    _Row(rf"{_G}\.papers", "papers", "papers", "papers of {0}"),
    _Row(rf"{_G}\.minutes", "papers", "minutes", "minutes of {0}"),
    _Row(rf"{_G}\.quorum", "quorum", "quorum", "quorum of {0}"),
    _Row(rf"{_G}\.quorum\.deputies", "quorum", "counts", "deputies in the quorum of {0}"),
    _Row(rf"{_G}\.quorum\.vacancies", "quorum", "counts", "vacant posts in the quorum of {0}"),
    _Row(r"posts\.(?P<post>[^.]+)\.stand_in", "posts", "stand-in", "stand-in for {0}"),
    _Row(r"returns\.(?P<report>[^.]+)\.lead_days", "reports", "lead", "when {0} is due"),
    _Row(r"returns\.(?P<report>[^.]+)\.month", "reports", "month", "the month of {0}"),
    _Row(r"returns\.(?P<report>[^.]+)\.first_year", "reports", "first-year", "the first year of {0}"),
    _Row(r"returns\.(?P<report>[^.]+)\.to_group", "reports", "", "meetings for {0}"),
    _Row(r"pathways\.(?P<pathway>[^.]+)\.stages", "pathways", STAYS, "stages of {0}"),
    _Row(r"pathways\.(?P<pathway>[^.]+)\.kinds", "pathways", STAYS, "kinds of {0}"),
    _Row(r"pathways\.(?P<pathway>[^.]+)\.ladder", "pathways", STAYS, "who is told next in {0}"),
    _Row(r"pathways\.(?P<pathway>[^.]+)\.dial_in", "pathways", "dial-in", "call of {0}"),
    _Row(r"pathways\.(?P<pathway>[^.]+)\.overdue_told", "pathways", "overdue-told", "overdue stages of {0}"),
    _Row(r"pathways\.(?P<pathway>[^.]+)\.keep_years", "pathways", "keep-years", "how long {0} is kept"),
    _Row(r"partners", "pathways", STAYS, "whom to tell above each agency"),
    _Row(r"agencies", "agencies", "section-11", "who owes a Section 11 audit"),
)

_DECLARED = (
    (rf"{_G}\.(seats|scrutiny)", "posts", "seats of {0}"),
    (rf"{_G}\.year", "dates", "year of {0}"),
    (rf"{_G}\.(chair|chairing.*)", "chairs", "chair of {0}"),
    (rf"{_G}.*", "meetings", "{0}"),
    (r"planning.*", "dates", "dates from outside"),
    (r"posts.*", "posts", "posts"),
    (r"(returns|registers).*", "reports", "reports and registers"),
    (r"pathways\.(?P<pathway>[^.]+).*", "pathways", "{0}"),
    (r"pathways", "pathways", "pathways"),
    (r"(agencies|partners).*", "agencies", "agencies and partners"),
    (r".*", "rest", "the arrangements themselves"),
)
"""Where what a file itself declares as open belongs, when no form writes it; the first pattern that fits counts."""

_ELSEWHERE = "This is answered by itself once {0} has dates: answer how often it meets."


def questions(arrangements: Arrangements) -> list[Question]:
    """Everything open, by theme and within it in the order of the arrangements; what stays open is among them."""
    derived = {finding.place for finding in missing(arrangements)}
    declared = {
        (one.place, finding.sentence): one for one in arrangements.open if not one.answered for finding in _shown(one)
    }
    found: dict[str, Question] = {}
    for finding in unsaid(arrangements):
        said = declared.get((finding.place, finding.sentence))
        question = _question(arrangements, finding, said, finding.place in derived)
        known = found.get(question.id)
        if known is not None and known.form.startswith("dates:"):
            question = _joined(known, question)
        elif known is not None:
            question = replace(question, id=_id_of(finding), form=NOTED)
        found[question.id] = question
    order = {theme.id: number for number, theme in enumerate(THEMES)}
    return sorted(found.values(), key=lambda question: order[question.theme])


def _shown(one: Open) -> Iterable[Finding]:
    """What `unsaid` makes of an entry."""
    stays = f" It stays open: {one.stays}." if one.stays else ""
    yield Finding(one.place, f"{one.sentence}{stays}", one.want)


def find(arrangements: Arrangements, id_: str) -> Question | None:
    """The open question with that id; None when it has been answered."""
    return next((question for question in questions(arrangements) if question.id == id_), None)


def entries_of(arrangements: Arrangements, question: Question) -> list[int]:
    """The numbers of the file's own [[open]] entries that are this question."""
    return [
        number
        for number, one in enumerate(arrangements.open)
        if not one.answered and one.place in question.places and ("~" not in question.id or question.id == _id_of(one))
    ]


def _id_of(one: Finding | Open) -> str:
    """An id that stays while others are answered: several things may be declared open at one place."""
    return f"{one.place}~{hashlib.sha256(one.want.encode()).hexdigest()[:6]}"


def _question(arrangements: Arrangements, finding: Finding, said: Open | None, derived: bool) -> Question:
    stays = said.stays if said is not None else ""
    for row in _TABLE:
        match = re.fullmatch(row.pattern, finding.place)
        if match is not None and (derived or row.always):
            about = row.about.format(_named(arrangements, match))
            question = Question(
                finding.place, (finding.place,), row.theme, about, finding.sentence, finding.want, row.form, "", stays
            )
            return _completed(arrangements, question, match.groupdict())
    for pattern, theme, words in _DECLARED:
        match = re.fullmatch(pattern, finding.place)
        if match is not None:
            about = words.format(_named(arrangements, match))
            return Question(
                _id_of(finding), (finding.place,), theme, about, finding.sentence, finding.want, NOTED, "", stays
            )
    raise AssertionError("the last pattern fits every place")


def _completed(arrangements: Arrangements, question: Question, names: dict[str, str]) -> Question:
    """What depends on more than the place: which dates a group's rules need, and what is answered elsewhere."""
    if question.form == "dates":
        key = question.parts[-1]
        return replace(question, id=f"planning.groups.{names['group']}", form=f"dates:{key}")
    if not question.form:
        report = next(each for each in arrangements.returns if each.id == names["report"])
        group = arrangements.groups_by_id[report.to_group or ""]
        return replace(question, how=_ELSEWHERE.format(the(group.name)))
    return question


def _joined(one: Question, other: Question) -> Question:
    """One question out of two that one form answers: the dates that a group's rules need."""
    keys = dict.fromkeys([*one.form.partition(":")[2].split(","), *other.form.partition(":")[2].split(",")])
    return replace(
        one,
        places=(*one.places, *other.places),
        want=f"{one.want}, {other.want}",
        form=f"dates:{','.join(keys)}",
        stays=one.stays and other.stays,
    )


LONGEST_NAME = 40
"""A longer name does not fit on a button together with what is asked; then its id stands for a group."""


def _named(arrangements: Arrangements, match: re.Match[str]) -> str:
    """The words for what a place is about."""
    kind, id_ = next(((kind, id_) for kind, id_ in match.groupdict().items() if id_), ("", ""))
    finders: dict[str, Callable[[str], str | None]] = {
        "group": lambda id_: _short(arrangements, id_),
        "post": lambda id_: arrangements.title(id_),
        "report": lambda id_: next((each.name for each in arrangements.returns if each.id == id_), None),
        "pathway": lambda id_: next((each.name for each in arrangements.pathways if each.id == id_), None),
        "outside": lambda id_: o.name if (o := arrangements.planning.outside.get(id_)) else None,
    }
    if not kind:
        return ""
    name = finders[kind](id_) or id_
    return the(name if len(name) <= LONGEST_NAME else id_)


def _short(arrangements: Arrangements, id_: str) -> str | None:
    """A group's name, or the shorter of its other names where that is long."""
    group = arrangements.groups_by_id.get(id_)
    if group is None:
        return None
    return next((name for name in (group.name, *group.aliases) if len(name) <= LONGEST_NAME), id_)
