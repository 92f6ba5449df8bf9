"""What somebody typed into a form that was turned over or refused: sealed, and there again when the form is opened."""

import hashlib
from dataclasses import dataclass

from commands.conversation import Conversation
from commands.freetext import check_text
from commands.speakers import Speaker
from commands.steps import AGAIN, PASSING, SEEN, SURE
from storage.records import delivery, drafts, people
from storage.records.columns import canonical
from storage.records.message import Blank, Message, Sheet
from storage.records.sealing import NotOpened, Seal
from storage.records.store import Store

from .clocks import Now

OF_CASES = "incident."
"""What the actions of forms about cases begin with."""

LONGEST_OF_A_CASE = 60


@dataclass(frozen=True)
class Drafts:
    """Drafts of the people of one installation, two weeks each."""

    store: Store
    seal: Seal
    now: Now

    def keep(self, speaker: Speaker, sheet: Sheet) -> None:
        """Keeps what stands in a form's blanks, but for what must not be stored: numbers and dates of a child."""
        person = self._person(speaker)
        seen = {SEEN: sheet.form[SEEN]} if SEEN in sheet.form else {}
        stored = _may_be_stored_of_a_case if sheet.does.startswith(OF_CASES) else _may_be_stored
        typed = {blank.name: blank.value for blank in sheet.blanks if blank.value and stored(blank)}
        if person is not None and typed:
            delivery.keep_draft(self.store, person, _about(sheet), self.seal.close(typed | seen), self.now())
        elif person is not None:
            delivery.drop_draft(self.store, person, _about(sheet))

    def drop(self, speaker: Speaker, does: str, form: dict[str, str]) -> None:
        """Forgets what was kept for a form that was sent in, if anything was."""
        person = self._person(speaker)
        if person is not None:
            for about in self._known(person, does, form):
                delivery.drop_draft(self.store, person, about)

    def settle(
        self, conversation: Conversation, speaker: Speaker, does: str, form: dict[str, str], answer: Message
    ) -> None:
        """What was typed is forgotten once it is done, and kept while it is not; never where a child is in danger.

        `does` and `form` as they were sent in, and what was answered to that.
        """
        sheet = answer.sheet
        if sheet is not None and not self.is_of(sheet, does, form):
            self.drop(speaker, does, form)  # it is done, and another form follows
            return
        if sheet is None and (answer.tone == "warning" or _is_shown_first(answer, does, form)):
            unsure = {name: value for name, value in form.items() if name != SURE}
            sheet = conversation.press(speaker, does, {**unsure, AGAIN: "yes"}, None, self.now()).sheet
            if sheet is None:
                return  # it is no form, or cannot be read now: what was kept before stays
        if sheet is None:
            self.drop(speaker, does, form)
        else:
            self.keep(speaker, sheet)

    def recalled(self, speaker: Speaker, sheet: Sheet) -> tuple[Sheet, bool]:
        """The form with what was kept in the blanks that are empty; and whether there was anything.

        Where the form is saved as it goes, what was typed last stands there instead of what is saved; with the mark of
        what it was typed over, so that a change by somebody else is noticed.
        """
        person = self._person(speaker)
        if person is None:
            return sheet, False
        with self.store.reading() as session:
            found = drafts.find(session, person, _about(sheet), self.now())
            sealed = found.sealed if found is not None else None
        try:
            kept = {} if sealed is None else self.seal.open(sealed)
        except NotOpened:
            return sheet, False
        blanks = tuple(_filled(blank, kept, instead=SEEN in sheet.form) for blank in sheet.blanks)
        seen = {SEEN: str(kept[SEEN])} if SEEN in sheet.form and SEEN in kept else {}
        form = {**sheet.form, **seen}
        return sheet.model_copy(update={"blanks": blanks, "form": form}), blanks != sheet.blanks

    def is_of(self, sheet: Sheet, does: str, form: dict[str, str]) -> bool:
        """Whether a form is the one that was sent in so, to be put right; else it is another one, which follows it."""
        return sheet.does == does and _fits(_about(sheet), form)

    def _known(self, person: str, does: str, form: dict[str, str]) -> list[str]:
        """The drafts of a form that was sent in: what it was about is part of what it was sent in with."""
        with self.store.reading() as session:
            return [each.about for each in drafts.of(session, person, f"{does}:") if _fits(each.about, form)]

    def _person(self, speaker: Speaker) -> str | None:
        with self.store.reading() as session:
            found = people.identity(session, speaker.door, speaker.tenant, speaker.user)
            return None if found is None else found.person


def _is_shown_first(answer: Message, does: str, form: dict[str, str]) -> bool:
    """Whether it says what would change, and a button does it with what was filled in: so far nothing has been done."""
    given = form.keys() - PASSING
    return any(SURE in b.form and b.does == does and given <= b.form.keys() for b in answer.buttons)


def _may_be_stored(blank: Blank) -> bool:
    """The check that refuses a form, here too: a page that is turned over has not been checked yet."""
    return not any(check_text(blank.value, blank.name))


def _may_be_stored_of_a_case(blank: Blank) -> bool:
    """Of a form about a case only what is no document, and was not refused: somebody may have described a child."""
    if blank.kind in ("choice", "choices"):
        return not blank.problem
    return not blank.problem and len(blank.value) <= LONGEST_OF_A_CASE and _may_be_stored(blank)


def _filled(blank: Blank, kept: dict[str, object], *, instead: bool) -> Blank:
    value = kept.get(blank.name)
    wanted = isinstance(value, str) and (instead or not blank.value)
    return blank.model_copy(update={"value": value}) if wanted else blank


def _about(sheet: Sheet) -> str:
    """What names a form's draft: what it does, which fields were given with it, and a sum of those."""
    about = {name: value for name, value in sheet.form.items() if name not in PASSING}
    return f"{sheet.does}:{','.join(sorted(about))}:{_sum(about)}"


def _fits(about: str, form: dict[str, str]) -> bool:
    _, names, sum_ = about.split(":")
    given = {name: form.get(name, "") for name in names.split(",") if name}
    return _sum(given) == sum_


def _sum(form: dict[str, str]) -> str:
    return hashlib.sha256(canonical(form).encode()).hexdigest()[:16]
