"""One transaction in hand: what an action or a handler may use to look, change, owe and say.

Nothing in here calls a network, Word or a chart; what must be told is stored in the outbox of the same transaction.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from storage.arrangements.partnership import Arrangements
from storage.arrangements.phrases import listed, the
from storage.arrangements.reminders import Ask
from storage.records import concerning, duties, incidents, ledger, notes, outbox, people, registers, undone
from storage.records.duties import Duty, Key, NewDuty
from storage.records.message import Attached, Button, Less, Message, MessageField, Moment, Tone
from storage.records.notes import NoteLine
from storage.records.outbox import Outgoing
from storage.records.scope import Scope
from storage.records.sealing import Seal

from . import terms
from .outcomes import Change
from .permissions import Actor
from .terms import Terms
from .words import rendered

NOBODY = "nobody to tell: nobody is in the post, nor is there a business manager"
"""What a handler answers when nobody can be told; the duty stays owed until somebody can."""

SUPERSEDED = "superseded: the date or what it was about has changed"
"""The reason with which a duty closes that its record owes no more."""


@dataclass
class Work:
    """The transaction of one action.

    `reached`, `notes_to_come` and `notes_owed` hold what has been looked up or done once in it. `noted` are the ids
    that go into the ledger entry; `chains` are further chains that hold it, for a fact about a person who is in
    several partnerships. `sandbox`: all messages go to one place instead of to people. `worked_out` is what was found
    beside the tick for the duty in hand. `seal` encrypts what is told of a case; `ways` is what there is beside chat,
    `answers_to` the mailbox that is read for what calendar programs answer, empty where there is none.
    `agreed_by`: the second person, while that is done which one had proposed; `waits` is the id of a proposal that was
    made instead of doing something (proposing.py).
    """

    scope: Scope
    actor: Actor
    now: datetime
    new_reference: Callable[[], str]
    changes: list[Change] = field(default_factory=list)
    noted: dict[str, object] = field(default_factory=dict)
    record: str = ""
    alerts: int = 0
    secret: str = ""
    chains: set[str] = field(default_factory=set)
    back: tuple[str, dict[str, object], str] | None = None
    reached: dict[str, str | None] = field(default_factory=dict)
    notes_to_come: set[tuple[str, date]] = field(default_factory=set)
    notes_owed: set[tuple[str, date]] = field(default_factory=set)
    sandbox: bool = False
    worked_out: object | None = None
    seal: Seal | None = None
    ways: frozenset[str] = frozenset()
    answers_to: str = ""
    agreed_by: str = ""
    waits: str = ""

    @cached_property
    def terms(self) -> Terms:
        """The definition and calendars in force."""
        return terms.of(self.scope)

    def under_new_terms(self) -> None:
        """Says that another version has been put in force in this transaction: what follows is under its terms."""
        self.__dict__.pop("terms", None)

    @cached_property
    def milestones_done(self) -> frozenset[str]:
        """The milestones that were recorded as done when this transaction first asked."""
        return registers.milestones_done(self.scope)

    @property
    def arrangements(self) -> Arrangements:
        """What was agreed."""
        return self.terms.arrangements

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.terms.zone).date()

    @property
    def hour(self) -> time:
        """The local time of the day: who covers a post for a part of it is reached then."""
        return self.now.astimezone(self.terms.zone).time()

    def note(self, record: str, **ids: object) -> None:
        """Says for the ledger which record this is about, with ids only."""
        self.record = record
        self.noted |= ids

    def about_person(self, person: str) -> None:
        """Says that this is a fact about a person: every chain of a partnership they are in holds it, and our own."""
        self.chains |= {ledger.INSTALLATION, *people.partnerships_of(self.scope.session, person, self.today)}

    def changed(self, what: str, before: str = "", after: str = "") -> None:
        """Says in words what changed, for the answer and for a preview."""
        self.changes.append(Change(what, before, after))

    def can_be_taken_back(self, action: str, form: dict[str, object], words: str) -> None:
        """Remembers which action would undo this one."""
        self.back = (action, form, words)

    # Duties

    def owe(self, record: str, generation: int, asks: Iterable[Ask]) -> None:
        """Makes a record's open duties exactly these, under the generation of the fact that people were told.

        Open duties of an earlier generation, or that are asked no more, close as superseded. What was asked already
        under an earlier generation and would be due again at once is not asked twice. What is open already is brought
        to the ask's time, post and rule; what was superseded under this generation and is asked again opens again.
        """
        wanted = {(ask.kind, ask.part): ask for ask in asks}
        known = duties.of_record(self.scope, record, state=None)
        present = {(d.kind, d.part) for d in known if d.generation == generation}
        said = {(d.kind, d.part) for d in known if d.generation < generation and d.reason.startswith("told")}
        for duty in known:
            ask = wanted.get((duty.kind, duty.part)) if duty.generation == generation else None
            if ask is not None and (duty.state == "open" or duty.reason == SUPERSEDED):
                _bring_to(duty, ask)
            elif duty.state == "open":
                duties.close(duty, SUPERSEDED, self.now)
        duties.add(
            self.scope,
            (
                self._duty(record, generation, ask)
                for key, ask in wanted.items()
                if key not in present and not (key in said and ask.due <= self.now)
            ),
        )

    def owe_also(self, record: str, generation: int, asks: Iterable[Ask]) -> None:
        """Adds duties to a record's others; open ones are brought to the ask, closed ones are left alone."""
        new = []
        for ask in asks:
            duty = duties.find(self.scope.session, self._key(record, generation, ask))
            if duty is None:
                new.append(self._duty(record, generation, ask))
            elif duty.state == "open":
                _bring_to(duty, ask)
        duties.add(self.scope, new)

    def _key(self, record: str, generation: int, ask: Ask) -> Key:
        return Key(self.scope.partnership, record, ask.kind, ask.part, generation)

    def release(self, record: str, kinds: Iterable[str], reason: str) -> None:
        """Closes a record's open duties of some kinds, because they are no longer needed."""
        wanted = set(kinds)
        for duty in duties.of_record(self.scope, record):
            if duty.kind in wanted:
                duties.close(duty, reason, self.now)

    def _duty(self, record: str, generation: int, ask: Ask) -> NewDuty:
        return NewDuty(record, ask.kind, ask.part, generation, ask.post, ask.due, ask.why, ask.source)

    # Words

    def line(self, duty: Duty, data: dict[str, object], *, seats: Sequence[str] = ()) -> str:
        """Writes a duty's line for the daily note of whoever is in the post; returns the reason it closes with.

        `seats`: all the posts that are asked the same. A person who holds several has one line, and those with nobody
        stand in one line for the business manager.
        """
        group = concerning.group_of(duty.record)
        person, absent = self.reach(duty.post, group)
        if person is None:
            return NOBODY
        text = rendered(duty.kind, "line", data)
        if absent:
            text = f"{text} (for {self.left_with_nobody(seats if duty.post in seats else [duty.post], group)})"
        key = seats_key(duty, absent=absent) if seats else str(duty.key)
        return self.write_line(duty, person, text, key=key, record=duty.record)

    def write_line(self, duty: Duty, person: str, text: str, *, key: str, record: str, post: str = "") -> str:
        """Writes a duty's line, in words that are made already, for the daily note of one person; once under its key.

        `record` is what the line is about, where it is more than the duty's own; `post` the person's, where it is
        another one than the duty's.
        """
        day = self._note_day(person)
        written = notes.write(
            self.scope,
            NoteLine(
                partnership=self.scope.partnership,
                person=person,
                key=key,
                day=day,
                kind=duty.kind,
                post=post or duty.post,
                record=record,
                text=text,
                why=duty.why,
                source=duty.source,
            ),
        )
        self._owe_note(person, day, duty.post)
        return "told in the daily note" if written else "told already"

    def left_with_nobody(self, posts: Iterable[str], group: str = "") -> str:
        """Those of some posts in which nobody is today, in words; `group` as in `reach`."""
        names = [self.arrangements.title(post) for post in dict.fromkeys(posts) if self.reach(post, group)[1]]
        where = "that post" if len(names) == 1 else "these posts"
        return f"{listed([the(name) for name in names])}: nobody is in {where}"

    def carry_over(self, person: str, day: date) -> None:
        """Puts the lines of a note that will not be sent, as far as they are said late, into the next one to go."""
        following = self._note_day(person)
        for line in notes.of_day(self.scope, person, day):
            if duties.KINDS[line.kind].late == "send" and following != day:
                line.day = following
                self.scope.session.add(line)
                self._owe_note(person, following, line.post)

    def _note_day(self, person: str) -> date:
        """The day whose note a line can still join: today's if it has not gone, else the next open day's."""
        days = self.terms.open_days
        today = days.on_or_after(self.today)
        if (person, today) in self.notes_to_come:
            return today
        if outbox.find(self.scope, note_key(person, today)) is None:
            self.notes_to_come.add((person, today))
            return today
        return days.on_or_after(today + timedelta(days=1))

    def _owe_note(self, person: str, day: date, post: str) -> None:
        if (person, day) in self.notes_owed:
            return
        self.notes_owed.add((person, day))
        at = datetime.combine(day, self.arrangements.planning.daily_note, self.terms.zone).astimezone(UTC)
        ask = Ask("daily-note", day.isoformat(), at, post, "one note a day with all that is asked", "chosen")
        record = f"person:{person}"
        if duties.find(self.scope.session, self._key(record, 1, ask)) is None:
            duties.add(self.scope, [self._duty(record, 1, ask)])

    def say(
        self,
        kind: str,
        *,
        post: str,
        key: str,
        record: str,
        data: dict[str, object],
        why: str,
        source: str,
        lane: str = "post",
        tone: Tone = "plain",
        fields: Sequence[MessageField] = (),
        buttons: Sequence[Button] = (),
        live: bool = False,
        about_case: bool = False,
        seats: Sequence[str] = (),
        times: Sequence[Moment] = (),
        by_mail: Less | None = None,
        expires_at: datetime | None = None,
    ) -> str:
        """Stores a message for whoever is in the post now; returns what became of it, in words that start "told".

        `live`: the message is kept true from now on; the newest words under the same key win. `about_case`: it may
        hold a case's reference, though its record is no case. `seats`: all the posts that are told the same, so that
        one message names those with nobody. `by_mail`: what a letter says instead, where it is about a case. After
        `expires_at` it is of no more use.
        """
        group = concerning.group_of(record)
        person, absent = self.reach(post, group, self.hour if lane == "alert" else None)
        if person is None:
            return NOBODY
        message = Message(
            title=rendered(kind, "title", data),
            text=rendered(kind, "text", data),
            fields=tuple(fields),
            buttons=tuple(buttons),
            tone=tone,
            times=tuple(times),
            by_mail=by_mail,
        )
        if absent:
            words = f"For {self.left_with_nobody(seats if post in seats else [post], group)}."
            message = message.model_copy(update={"text": f"{words}\n\n{message.text}"})
        new = self._outgoing(kind, person, f"{key}:{person}" if live else key, record, message, why, source)
        new.post = self.arrangements.secretariat.business_manager if absent else post
        new.lane, new.expires_at = lane, expires_at
        new.about_case |= about_case
        return self._store(new, live=live)

    def send(
        self,
        person: str,
        kind: str,
        message: Message,
        *,
        post: str,
        key: str,
        record: str,
        why: str,
        source: str,
        lane: str = "post",
        live: bool = False,
        through: str = "",
        about_case: bool | None = None,
        expires_at: datetime | None = None,
        not_before: datetime | None = None,
    ) -> str:
        """Stores a message that is made already, for one person in a post (or in none).

        `through`: the only door by which it may go. `about_case`: whether it may hold a case's reference, where its
        record does not say it. `not_before`: when it goes out at the earliest, where that is not at once.
        """
        new = self._outgoing(kind, person, key, record, message, why, source)
        new.post, new.lane, new.through, new.expires_at = post, lane, through, expires_at
        if about_case is not None:
            new.about_case = about_case
        new.not_before = not_before or new.not_before
        return self._store(new, live=live)

    def _store(self, new: Outgoing, *, live: bool) -> str:
        if live:
            if outbox.keep_true(self.scope, new, self.now):
                self.alerts += new.lane == "alert"
            return "told"
        self.alerts += new.lane == "alert"
        return "told" if outbox.put(self.scope, new) else "told already"

    def say_to(
        self,
        person: str,
        kind: str,
        *,
        key: str,
        record: str,
        data: dict[str, object],
        why: str,
        source: str,
        expires_at: datetime,
        about_case: bool = False,
        times: tuple[Moment, ...] = (),
        attached: tuple[Attached, ...] = (),
        buttons: tuple[Button, ...] = (),
    ) -> str:
        """Stores a message for one person, whatever posts they hold; of no more use after `expires_at`."""
        title, text = rendered(kind, "title", data), rendered(kind, "text", data)
        message = Message(title=title, text=text, times=times, attached=attached, buttons=buttons)
        new = self._outgoing(kind, person, key, record, message, why, source)
        new.expires_at = expires_at
        new.about_case |= about_case
        self.notes_to_come.clear()
        return "told" if outbox.put(self.scope, new) else "told already"

    def _outgoing(
        self, kind: str, person: str, key: str, record: str, message: Message, why: str, source: str
    ) -> Outgoing:
        return Outgoing(
            partnership=self.scope.partnership,
            key=key,
            kind=kind,
            record=record,
            person=person,
            about_case=incidents.is_about_case(record),
            message=message.model_dump(mode="json"),
            why=why,
            source=source,
            created_at=self.now,
            not_before=self.now,
        )

    def reach(self, post: str, group: str = "", at: time | None = None) -> tuple[str | None, bool]:
        """The person in a post; failing that the business manager, and that the post is left with nobody.

        `group`: what it is about, so that whoever covers the post for that group is reached; `at`: the local hour, so
        that whoever covers it for a part of the day is.
        """
        person = self._in_post(post, group, at)
        if person is not None:
            return person, False
        return self._in_post(self.arrangements.secretariat.business_manager, "", at), True

    def _in_post(self, post: str, group: str = "", at: time | None = None) -> str | None:
        """Looked up once in a transaction, where several duties are owed by one post."""
        key = f"{post}/{group}/{at}" if group or at else post
        if key not in self.reached:
            self.reached[key] = people.in_post(self.scope, post, self.today, group=group, at=at)
        return self.reached[key]

    def remember_step(self) -> int | None:
        """Stores how this step is taken back, for `undo`; returns its number, or None where it cannot be."""
        if self.back is None or self.actor.person is None:
            return None
        action, form, words = self.back
        step = undone.Step(
            partnership=self.scope.partnership,
            person=self.actor.person,
            at=self.now,
            record=self.record,
            back=action,
            form=form,
            words=words,
        )
        self.scope.session.add(step)
        self.scope.session.flush()
        return step.id


def _bring_to(duty: Duty, ask: Ask) -> None:
    """Makes a duty what is asked now, open; its tries start afresh where its time is another one."""
    if duty.state != "open" or duty.due_at != ask.due:
        duty.due_at = duty.next_at = ask.due
        duty.state, duty.reason, duty.closed_at, duty.attempts = "open", "", None, 0
    duty.post, duty.why, duty.source = ask.post, ask.why, ask.source


def seats_key(duty: Duty, *, absent: bool) -> str:
    """The key of what several seats are told alike: once for each person, once for all seats with nobody."""
    part = "seats with nobody" if absent else "seats"
    return f"{duty.partnership}/{duty.record}/{duty.kind}/{part}/{duty.generation}"


def note_key(person: str, day: date) -> str:
    """The key of a person's note of a day: one note a day for (partnership, person, day)."""
    return f"daily-note:{person}:{day.isoformat()}"
