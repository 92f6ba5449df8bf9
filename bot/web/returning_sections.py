"""One section of a report on its page: filled in, saved by a button or by itself, with what was answered last time.

What cannot be saved comes back with everything that was typed. Where the section was saved in another window since it
was shown, both are shown, and the next press decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.responses import PlainTextResponse, Response

from commands import filling, filling_values, returning_forms
from commands.refusals import Refusal
from commands.return_pages import Desk
from storage.arrangements.forms import Given, Question, Section
from storage.records.message import Blank

from . import looks
from .common import AGAIN
from .guard import SECTION
from .looks import Fill, Page, Params
from .returning_at import AUTOSAVE, DO, SEEN, At

ON, LIST, ROW = "on", "list", "row:"
"""What a button leads to once the section is saved: the next one, the list, or here again with one more row."""

SHUT = "This is no longer open: it was sent in, or closed, since the page was opened."

ELSEWHERE = (
    "This section was saved elsewhere since you opened it here, {by}. Nothing of yours is saved yet. Where the two "
    "differ, what was saved stands below your own words: put together what should stay, and save."
)

ELSEWHERE_BY_ITSELF = (
    "Not saved by itself: this section was saved elsewhere, {by}. Press a button below to see both; nothing is lost."
)

Raw = Mapping[str, str]


@dataclass(frozen=True)
class Sections:
    """The pages of sections."""

    def show(self, at: At) -> Response:
        """The section as it stands."""
        with at.desk() as desk:
            if not desk.can_be_filled_in:
                return at.to()
            section = desk.section(at.asked.params[SECTION])
            return _shown(at, desk, section) if section is not None else at.to()

    def send(self, at: At) -> Response:
        """Saves it, and leads on; what stands in the way is said beside its field."""
        by_itself = bool(at.asked.one(AUTOSAVE))
        raw = {name: value for name, value in at.asked.raw.items() if not name.startswith("_")}
        with at.desk() as desk:
            section = desk.section(at.asked.params[SECTION])
            if not desk.can_be_filled_in or section is None:
                return _said(SHUT, 409) if by_itself else at.to()
            problems = [] if at.asked.genuine else [Refusal(AGAIN)]
            if not problems and _elsewhere(at, desk, section, raw):
                problems = [Refusal((ELSEWHERE_BY_ITSELF if by_itself else ELSEWHERE).format(by=_by(desk)))]
            if problems and not by_itself:
                return _shown(at, desk, section, problems, raw)
            if problems:
                return _said(str(problems[0]), 409)
        return _by_itself(at, raw) if by_itself else _by_button(at, section, raw)


def _by_button(at: At, section: Section, raw: Raw) -> Response:
    refusals = _saves(at, raw, at.asked.one(SEEN))
    with at.desk() as desk:
        if refusals:
            return _shown(at, desk, section, refusals, raw)
        then = at.asked.one(DO) or ON
        if then == LIST:
            return at.to()
        if then.startswith(ROW):
            question = next((each for each in section.questions if each.id == then.removeprefix(ROW)), None)
            return at.to(SECTION, section.id, at=_next_row(desk, question) if question is not None else "")
        after = desk.after(section)
        return at.to(SECTION, after.id) if after is not None else at.to("check")


def _by_itself(at: At, raw: Raw) -> Response:
    """Saves quietly. What one question must not hold keeps the others from nothing: those are saved."""
    refusals, kept = _saves(at, raw, at.asked.one(SEEN)), dict(raw)
    wrong = {each.field.partition(".")[0] for each in refusals}
    if wrong - {""}:
        kept = {name: value for name, value in raw.items() if name.partition(".")[0] not in wrong}
        others = _saves(at, {**_as_saved(at, wrong), **kept}, at.asked.one(SEEN))
        sentence = "" if others else " All else on this page is saved."
        return _seen(at, _said(f"Not saved: {_in_words(at, refusals)}{sentence}", 422))
    if refusals:
        return _said(f"Not saved: {refusals[0]}", 422)
    return _seen(at, Response(status_code=204))


def _saves(at: At, raw: Raw, seen: str) -> list[Refusal]:
    """Saves the section; what stands in the way."""
    with at.desk() as desk:
        form = {**raw, **desk.opened.about, "section": at.asked.params[SECTION], "seen": seen}
    return list(at.performs("return.save", form).refusals)


def _as_saved(at: At, questions: Iterable[str]) -> Raw:
    """The fields of some questions with what is saved in them, so that they stay as they are."""
    with at.desk() as desk:
        section = desk.section(at.asked.params[SECTION])
        blanks = filling.blanks(desk.work, desk.form, section, desk.filled) if section is not None else ()
        return {each.name: each.value for each in blanks if each.name.partition(".")[0] in questions}


def _in_words(at: At, refusals: Iterable[Refusal]) -> str:
    """What is wrong, each with its question's words; never what was written."""
    with at.desk() as desk:
        asked = {each.id: each.text for each in desk.form.questions()}
        return " ".join(f"{asked.get(each.field.partition('.')[0], '')}: {each}" for each in refusals)


def _seen(at: At, answer: Response) -> Response:
    """The answer with the mark of what is saved now, which the page goes on from."""
    with at.desk() as desk:
        section = desk.section(at.asked.params[SECTION])
        if section is not None:
            answer.headers["X-Seen"] = desk.mark(section)
    return answer


def _said(sentence: str, status: int) -> Response:
    """A sentence for the line below the form."""
    return PlainTextResponse(sentence, status)


def _elsewhere(at: At, desk: Desk, section: Section, raw: Raw) -> bool:
    """Whether the section was saved since it was shown here, with something else than stands in it here."""
    seen = at.asked.one(SEEN)
    return returning_forms.is_another(desk.work, desk.opened, section, desk.filled, seen, raw)


def _differing(desk: Desk, section: Section, raw: Raw) -> set[str]:
    """The questions of which something else is saved than stands here."""
    read = filling.read(desk.work, desk.form, section, raw).filled
    return {q.id for q in section.questions if read.get(q.id) != desk.filled.get(q.id, Given())}


def _by(desk: Desk) -> str:
    saved = desk.saved_by()
    return f"by {saved[0]} at {desk.at(saved[1])}" if saved else "by somebody"


def _next_row(desk: Desk, question: Question) -> str:
    """The field in which the first empty row of a question begins."""
    given = desk.filled.get(question.id)
    number = min((len(given.rows) if given is not None else 0) + 1, question.most)
    return f"{question.id}.{number}.{question.rows[0].id}"


# Shown


def _shown(at: At, desk: Desk, section: Section, problems: Iterable[Refusal] = (), raw: Raw | None = None) -> Response:
    """The section, with what was typed and what is wrong with it where it comes back."""
    found = list(problems)
    blanks = filling.blanks(desk.work, desk.form, section, desk.filled, found, rows=1, raw=raw)
    names = {blank.name for blank in blanks}
    page = Page(
        section.title,
        section.guidance,
        form=Fill("Save and go on", blanks, {SEEN: desk.mark(section)}),
        problems=tuple(str(each) for each in found if each.field not in names),
    )
    differ = _differing(desk, section, raw) if raw is not None and _elsewhere(at, desk, section, raw) else set()
    return at.answer(
        desk,
        page,
        422 if found else 200,
        template="return_section",
        caption=f"{desk.opened.round_.name}: section {desk.place(section)} of {len(desk.sections)}",
        questions=[
            _drawn(desk, section, question, [b for b in blanks if b.name.partition(".")[0] == question.id], differ)
            for question in section.questions
            if any(b.name.partition(".")[0] == question.id for b in blanks)
        ],
    )


def _drawn(desk: Desk, section: Section, question: Question, blanks: list[Blank], differ: set[str]) -> Params:
    """A question as its template draws it: its fields, its rows, what was answered last time and elsewhere."""
    day, answers = desk.last_time
    here = {each.id for each in section.questions}
    hangs = question.shown_if if question.shown_if is not None and question.shown_if.question in here else None
    beside = [b for b in blanks if b.name in (f"{question.id}.na", f"{question.id}.because")]
    rows = _rows(question, [b for b in blanks if b not in beside]) if question.rows else []
    single = [] if question.rows else [_field(desk, question, b) for b in blanks if b not in beside]
    saved = {each.id: each.answer or "Nothing" for each in desk.said if each.id in differ}
    optional = "" if question.required else " (optional)"
    return {
        "id": question.id,
        "text": question.text,
        "shown_if": hangs.question if hangs is not None else "",
        "answers": ",".join(hangs.answers) if hangs is not None else "",
        "heading": f"{question.text}{optional}" if question.rows else "",
        "hint": question.guidance if question.rows else "",
        "single": single,
        "rows": rows,
        "add": _can_add(desk, question),
        "apart": question.can_not_apply and not question.why,
        "open": any(b.value or b.problem for b in beside),
        "beside": [looks.component(b.model_copy(update={"needed": True})) for b in beside],
        "last": (day, answers[question.id]) if question.id in answers else None,
        "elsewhere": saved.get(question.id, ""),
    }


def _field(desk: Desk, question: Question, blank: Blank) -> Params:
    """The one field of a question. What each option of a rating means stands beside it, not before them all."""
    options = desk.form.options_of(question)
    meanings = {each.id: each.descriptor for each in options if each.descriptor}
    hint = blank.hint.replace(filling_values.offered(options), "").strip() if meanings else blank.hint
    drawn = looks.component(blank.model_copy(update={"needed": question.required, "hint": hint}))
    for item in drawn["params"].get("items", []) if drawn["draws"] == "radios" else []:
        if item["value"] in meanings:
            item["hint"] = {"text": meanings[item["value"]]}
    return drawn


def _rows(question: Question, blanks: list[Blank]) -> list[Params]:
    """Each row of an answer with its fields, labelled by their columns."""
    columns = {each.id: each for each in question.rows}
    rows: dict[str, list[Params]] = {}
    for blank in blanks:
        _, number, column = blank.name.split(".", 2)
        told = {"label": columns[column].text, "needed": columns[column].required, "hint": _hint(question, blank)}
        rows.setdefault(number, []).append(looks.component(blank.model_copy(update=told)))
    return [{"legend": f"{question.one_row} {number}", "fields": fields} for number, fields in rows.items()]


def _hint(question: Question, blank: Blank) -> str:
    """What stands under a field of a row, without what stands above all rows already."""
    rest = blank.hint.removeprefix(f"{question.text.rstrip('.')}.").strip()
    return rest.removeprefix(question.guidance).strip()


def _can_add(desk: Desk, question: Question) -> bool:
    """Whether a row fits after the empty one that is shown already."""
    given = desk.filled.get(question.id)
    return bool(question.rows) and (len(given.rows) if given is not None else 0) + 1 < question.most
