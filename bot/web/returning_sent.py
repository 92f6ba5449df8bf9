"""What was sent in, as it was: to be read, printed and kept; and whom to ask for it to be opened again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from commands import returning_words
from commands.filling import Said
from commands.return_pages import Desk
from storage.records.message import MessageField

from .looks import Page, Params
from .returning_at import At


@dataclass(frozen=True)
class Shown:
    """How what is in stands, in words."""

    title: str
    text: str
    can_be_taken_back: bool = False


def shown(desk: Desk) -> Shown:
    """How it stands: what has come in and what happens next, or that nothing is asked any more."""
    owed, opened = desk.owed, desk.opened
    state = returning_words.state(desk.work, opened)
    said = f"{state[:1].upper()}{state[1:]}."
    if owed.state == "not-us":
        return Shown(
            f"{opened.name}: not asked of you", "It was granted that this is not for you. Nothing is to be done."
        )
    if not owed.is_in:
        text = "It is closed, and nothing more is taken in. If something should still be known, write to the "
        return Shown(f"{opened.name} is closed", f"{text}{desk.manager()}.")
    if opened.round_.state != "open":
        return Shown(f"{opened.name} is closed", f"{said} The round is closed, and nothing in it changes any more.")
    if desk.signs and opened.waits_for_signature:
        return Shown(f"{opened.name}: to be signed off", "It was sent in, and counts once you have signed it off.")
    reopen = f"If something has to be changed, write to the {desk.manager()} and ask for it to be opened again."
    by_hand = owed.state == "answered" and not desk.signs
    also = " Until it is approved you can also take it back yourself." if by_hand else ""
    return Shown(f"{opened.name} is in", f"{said} {reopen}{also}", can_be_taken_back=by_hand)


def sent(at: At, desk: Desk) -> Response:
    """What was sent in, read only."""
    found = shown(desk)
    links = [("Keep a copy as a text file", at.path("copy"))] if desk.owed.sent else []
    links += [("Take it back to change it", at.path("take-back"))] if found.can_be_taken_back else []
    to_sign = desk.signs and desk.opened.waits_for_signature
    page = Page(found.title, found.text, fields=_facts(desk), panel=desk.owed.is_in, links=tuple(links))
    return at.answer(
        desk,
        page,
        template="return_sent",
        parts=_parts(desk),
        moderated=[{"question": q, "rating": r, "because": b} for q, r, b in desk.moderated()],
        sign=at.path("sign") if to_sign else "",
    )


def _parts(desk: Desk) -> list[Params]:
    """The answers by section; none where none were sent in, or they were not answers of a form."""
    whole = desk.owed.sent > 0 and not desk.owed.by_exception and desk.owed.state != "other-way"
    return answers(desk.said) if whole else []


def _facts(desk: Desk) -> tuple[MessageField, ...]:
    owed = desk.owed
    found = {
        "For": owed.name,
        "Asked for": desk.opened.round_.name,
        "Sent in": desk.at(owed.answered_at) if owed.answered_at is not None else "",
        "Answer": desk.form.nothing if owed.by_exception else "",
        "Reference": owed.reference,
        "Signed off": desk.at(owed.signed_off_at) if owed.signed_off_at is not None else "",
        "Approved": desk.at(owed.approved_at) if owed.approved_at is not None else "",
    }
    return tuple(MessageField(label=label, value=value) for label, value in found.items() if value)


def answers(said: Iterable[Said], change: Mapping[str, str] | None = None) -> list[Params]:
    """Answers by section as their template draws them; with the way to change each where there is one."""
    found: dict[str, Params] = {}
    for each in said:
        begun: Params = {"title": each.section, "change": (change or {}).get(each.section_id, ""), "answers": []}
        part = found.setdefault(each.section_id, begun)
        part["answers"].append({"question": each.question, "answer": each.answer})
    return list(found.values())


@dataclass(frozen=True)
class Copy:
    """A copy to keep: a text file. Its name says what it is, and not whose."""

    def show(self, at: At) -> Response:
        """The answers as they stand now."""
        with at.desk() as desk:
            name = f"{desk.owed.report}-{desk.owed.place}.txt"
            text = _text(desk)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text.encode(), headers=headers, media_type="text/plain; charset=utf-8")

    def send(self, at: At) -> Response:
        """There is no form."""
        return self.show(at)


def _text(desk: Desk) -> str:
    """The copy: what it is, how it stands, and every question with its answer."""
    state = returning_words.state(desk.work, desk.opened)
    lines = [desk.opened.round_.name, desk.owed.name, f"As it stood at {desk.at(desk.work.now)}: {state}.", ""]
    parts = answers(desk.said) if not desk.owed.is_in else _parts(desk)
    for part in parts:
        lines += [part["title"].upper(), ""]
        for each in part["answers"]:
            lines += [each["question"], *(f"    {line}" for line in (each["answer"] or "(nothing)").splitlines()), ""]
    return "\n".join(lines)
