"""An earlier audit's answers, from the file they were kept in: read in whole, all mistakes found with their cell.

They are entered as a round that is closed, so that they stand beside this year's and the change can be seen; nobody is
told. Import as often as you like: what stands like that already is left alone.
"""

import re
from collections.abc import Sequence
from datetime import date

from storage.arrangements.findings import did_you_mean
from storage.arrangements.forms import Filled, Form, Given, Question, Section
from storage.arrangements.phrases import counted
from storage.arrangements.returns import Return
from storage.records import returns
from storage.records.message import Message
from storage.records.returns import Owed, Round

from . import respondents, return_contents, return_forms, round_figures
from .action import Action
from .action import Form as ActionForm
from .freetext import check_text
from .import_rows import IMPORTS, Columns, Row, attempt, day_in, noon, rows_of, unread_words
from .naming import plain
from .refusals import Refusal, Refused
from .round_figures import FROM_A_FILE, Standard
from .work import Work

MOST_SHOWN = 8
"""How many of those are named who are not in the file."""

COLUMNS: Columns = {
    "agency": ("agency", "organisation", "setting", "who"),
    "standard": ("standard", "arrangement", "question", "section"),
    "rating": ("rating", "score", "grade", "self-assessment", "judgement"),
    "comment": ("comment", "comments", "evidence", "how you know", "notes"),
    "answered": ("answered", "answered on", "date", "sent in", "received"),
}
"""The columns of an audit's answers, one row for each agency and standard. The first three are needed."""


class Answers(ActionForm):
    """The rows of an audit's answers; of which return, the name of the round, and the day on which it was due."""

    report: str = ""
    place: str
    due: date
    rows: tuple[Row, ...]
    unread: tuple[str, ...] = ()


def form_of(name: str, content: bytes, *, report: str, place: str, due: date) -> dict[str, object]:
    """The form of `return.import` for a file. Raises Refused where it cannot be read or has not the right columns."""
    read = rows_of(name, content, COLUMNS, ("agency", "standard", "rating"))
    return {"report": report, "place": place, "due": due, **read}


def _import_answers(work: Work, form: Answers) -> Message:
    report = _report(work, form.report)
    asked = return_forms.form_of(work.arrangements, report)
    place = _place(form.place)
    round_ = returns.find(work.scope, report.id, place)
    problems = list(_round_problems(work, form, round_))
    read = [found for row in form.rows if (found := _answer(work, asked, row, problems)) is not None]
    problems += _said_twice(form.rows, read) if not problems else []
    if problems:
        raise Refused(*problems)
    if round_ is None:
        round_ = _closed_round(work, report, asked, place, form.due)
    added, changed, left = _keep(work, round_, read)
    work.note(round_.record, entered=added, changed=changed, left_alone=left)
    owing = {each.who for each in respondents.who_owes(work, report)}
    missing = sorted(
        each.name for each in respondents.who_owes(work, report) if each.who in owing - {w for w, *_ in read}
    )
    lines = [str(change) for change in work.changes] or ["Everything in it stands like that already."]
    if missing:
        more = f" and {len(missing) - MOST_SHOWN} more" if len(missing) > MOST_SHOWN else ""
        lines.append(f"They owe it today and are not in the file: {'; '.join(missing[:MOST_SHOWN])}{more}.")
    lines += unread_words(form.unread)
    return Message(
        title=f"{round_.name}: {added} entered, {changed} changed, {left} there already", text="\n".join(lines)
    )


Read = tuple[str, str, str, date | None, Filled]
"""One row as it was read: who, their name and post, when they answered, and what the row fills in."""


def _report(work: Work, word: str) -> Return:
    if word:
        return return_forms.meant(work, word)
    audits = [each for each in work.arrangements.returns if each.calls == "audit"]
    if len(audits) != 1:
        names = "; ".join(each.id for each in audits) or "our arrangements have none"
        raise Refused(Refusal("Say which audit this was.", "report", f"There are: {names}."))
    return audits[0]


def _place(text: str) -> str:
    """A round's name as part of its key: letters, figures and dashes."""
    place = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
    if not place:
        raise Refused(Refusal("The round has no name.", "place", "Give it one, such as 2025 or 2024-25."))
    return place


def _round_problems(work: Work, form: Answers, round_: Round | None) -> list[Refusal]:
    found = []
    if form.due >= work.today:
        found.append(Refusal("That day is not past, so this was no audit of an earlier year.", "due"))
    if round_ is not None and any(each.came_by != FROM_A_FILE for each in returns.all_owed(work.scope, round_)):
        words = f"{round_.name} was asked for here, so nothing is put into it from a file."
        found.append(Refusal(words, "place", "Give the round another name."))
    return found


def _answer(work: Work, asked: Form, row: Row, problems: list[Refusal]) -> Read | None:
    before = len(problems)
    who = attempt(problems, lambda: _agency(work, row))
    standard = attempt(problems, lambda: _standard(asked, row))
    answered = attempt(problems, lambda: day_in(work, row["answered"], row.at("answered")))
    problems += check_text(row["comment"], row.at("comment"))
    if answered is not None and answered > work.today:
        problems.append(Refusal("That day is not past.", row.at("answered")))
    filled: Filled = {}
    if standard is not None:
        filled = attempt(problems, lambda: _given(asked, standard, row)) or {}
    if len(problems) > before or who is None:
        return None
    return who.who, who.name, who.post, answered, filled


def _agency(work: Work, row: Row) -> respondents.Respondent:
    wanted = plain(row["agency"])
    names: dict[str, str] = {}
    for agency in work.arrangements.agencies:
        names |= {plain(name): agency.id for name in (agency.id, agency.name, *agency.aliases)}
    for setting in returns.enrolled(work.scope, work.today):
        names |= {plain(setting.id): setting.id, plain(setting.name): setting.id}
    found = respondents.of(work, f"agency.{names[wanted]}") if wanted in names else None
    if found is None:
        sentence = f'"{row["agency"]}" is no agency or setting of ours.{did_you_mean(wanted, names)}'
        raise Refused(Refusal(sentence, row.at("agency"), "A setting is entered first, with: convenor returns enrol"))
    return found


def _standard(asked: Form, row: Row) -> Standard:
    """The standard that a row is about: by its title, its id, or its number ("3", "Standard 3")."""
    every = round_figures.standards(asked, joint=True)
    wanted = plain(row["standard"])
    number = re.fullmatch(r"(?:standard |arrangement |no\.? )?(\d{1,2})\.?", wanted)
    for position, each in enumerate(every, 1):
        names = (each.title, each.section, each.question, f"{position}. {each.title}")
        if wanted in {plain(name) for name in names} or (number is not None and int(number[1]) == position):
            return each
    titles = [each.title for each in every]
    sentence = f'"{row["standard"]}" is no standard of this form.{did_you_mean(wanted, titles)}'
    raise Refused(Refusal(sentence, row.at("standard"), f"Write its number from 1 to {len(titles)}, or its title."))


def _given(asked: Form, standard: Standard, row: Row) -> Filled:
    """What a row fills in: the rating, and its comment where the standard asks how they know."""
    rating = _rating(asked.question(standard.question), standard, row)
    filled: Filled = {standard.question: rating}
    if row["comment"] and not rating.not_applicable:
        filled[_place_of_comment(asked.section(standard.section), row).id] = Given(value=row["comment"])
    return filled


def _rating(question: Question, standard: Standard, row: Row) -> Given:
    wanted = plain(row["rating"])
    if question.can_not_apply and wanted in ("n/a", "na", "not applicable", "does not apply"):
        return Given(not_applicable=True, because=row["comment"] or "As it stood in last year's file.")
    for option in standard.options:
        if wanted in (plain(option.id), plain(option.label)):
            return Given(value=option.id)
    labels = [option.label for option in standard.options] + (["N/A"] if question.can_not_apply else [])
    words = f'"{row["rating"]}" is no rating of this standard.' if wanted else "There is no rating."
    raise Refused(Refusal(words, row.at("rating"), f"Write: {', '.join(labels)}."))


def _place_of_comment(section: Section, row: Row) -> Question:
    for question in section.questions:
        if question.kind in ("long", "short") and question.shown_if is None:
            if len(row["comment"]) > question.longest:
                words = f"This has {len(row['comment'])} characters; {question.longest} fit."
                raise Refused(Refusal(words, row.at("comment")))
            return question
    raise Refused(
        Refusal("The form has no place for a comment on this standard.", row.at("comment"), "Leave it empty.")
    )


def _said_twice(rows: Sequence[Row], read: Sequence[Read]) -> list[Refusal]:
    found: list[Refusal] = []
    first: dict[tuple[str, str], Row] = {}
    for row, (who, _, _, _, filled) in zip(rows, read, strict=True):
        question = next(iter(filled))
        other = first.setdefault((who, question), row)
        if other is not row:
            words = f"{other.place.capitalize()} rates the same standard of the same agency already."
            found.append(Refusal(words, row.at("standard"), "Leave one of the two rows out."))
    return found


def _closed_round(work: Work, report: Return, asked: Form, place: str, due: date) -> Round:
    """A round that is over: nobody was asked by us, and nobody is."""
    row = Round(
        partnership=work.scope.partnership,
        report=report.id,
        place=place,
        name=f"{report.name} {place}",
        due=due,
        group=report.to_group or "",
        form=asked.model_dump(mode="json"),
        version=work.terms.version,
        chasers={"steps": [], "source": ""},
        joint=bool(report.joint_with),
        state="closed",
        opened_by=work.actor.id,
        opened_at=noon(work, due),
        closed_at=noon(work, due),
    )
    work.scope.session.add(row)
    work.scope.session.flush()
    return row


def _keep(work: Work, round_: Round, read: Sequence[Read]) -> tuple[int, int, int]:
    """Puts the answers on record; how many agencies were added, changed and left as they were."""
    whole: dict[str, Filled] = {}
    about: dict[str, Read] = {}
    for each in read:
        whole.setdefault(each[0], {}).update(each[4])
        if each[0] not in about or each[3] is not None:
            about[each[0]] = each
    added = changed = left = 0
    for who, (_, name, post, answered, _) in about.items():
        owed = returns.owed(work.scope, round_.report, round_.place, who)
        at = noon(work, answered) if answered is not None else None
        if owed is not None and return_contents.sent(work, owed) == whole[who] and owed.answered_at == at:
            left += 1
            continue
        added, changed = added + (owed is None), changed + (owed is not None)
        if owed is None:
            owed = Owed(
                partnership=round_.partnership,
                report=round_.report,
                place=round_.place,
                who=who,
                name=name,
                post=post,
            )
        owed.state, owed.came_by, owed.answered_at = "answered", FROM_A_FILE, at
        work.scope.session.add(owed)
        return_contents.keep_sent(work, owed, whole[who])
        work.changed(name, after=counted(len(whole[who]), "answer"))
    return added, changed, left


IMPORT = Action("return.import", Answers, _import_answers, IMPORTS, "enter an earlier audit's answers from a file")
