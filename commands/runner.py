"""The runner: the only opener of writing transactions for facts.

It drops a repeated key, checks permission, runs the action, writes the ledger entry with the chain's head locked
last, commits, and wakes delivery when an alert waits. Nobody inside does network work.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.records import incidents, ledger, partnerships, polls, requests, returns
from storage.records.message import Message
from storage.records.scope import Scope
from storage.records.sealing import NotOpened, Seal
from storage.records.store import Store

from .action import Action, Form, Own
from .outcomes import Outcome
from .own import OWNERS, is_own
from .permissions import Actor, Allowed, Role, Where, is_allowed, roles
from .refusals import Refused, from_validation
from .work import Work

TRIES_AGAIN = 3
"""How often a transaction is tried again that the database ended because of another one."""

SEALED = "sealed"
"""What a stored answer holds in place of its words where those are encrypted."""

Point = Callable[[str], None]
"""Called with the name of a point in the work; tests pass one that kills the process there."""


def no_point(_name: str) -> None:
    """Nothing happens at a point in earnest."""


class _TakenBack(Exception):
    """Carries a preview's outcome out of its transaction, which is thereby rolled back."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("preview")
        self.outcome = outcome


@dataclass(frozen=True)
class Runner:
    """Everything an action needs from outside: store, ledger key, actions, references.

    After a commit `wake` is told when an alert waits, and `changed` each time: something may wait now. `sandbox`: all
    messages go to one place instead of to people, so that words can say so. `seal`: what is told of a case is stored
    encrypted; without it no incident can be notified. `ways`: what there is beside chat ("mail", "text", "pages",
    "heartbeat"). `answers_to`: the mailbox that is read for what calendar programs answer.
    """

    store: Store
    ledger_key: bytes
    actions: Mapping[str, Action]
    new_reference: Callable[[], str]
    wake: Callable[[], None] = lambda: None
    point: Point = no_point
    changed: Callable[[], None] = lambda: None
    sandbox: bool = False
    seal: Seal | None = None
    ways: frozenset[str] = frozenset()
    answers_to: str = ""

    def work(self, scope: Scope, actor: Actor, now: datetime) -> Work:
        """A transaction in hand with all that this runner knows."""
        work = Work(scope, actor, now, self.new_reference, sandbox=self.sandbox, seal=self.seal, ways=self.ways)
        work.answers_to = self.answers_to
        return work

    def perform(self, actor: Actor, action: str, form: Mapping[str, object], key: str | None, now: datetime) -> Outcome:
        """Does something, once: a repeated `key` answers as the first time did and changes nothing.

        Refusals come back in the outcome. An unknown error is raised, with nothing changed. What the database ended
        for the sake of another transaction (a deadlock) is tried again as a whole.
        """
        for tried in range(TRIES_AGAIN + 1):
            try:
                return self._run(actor, action, form, key, now, keep=True)
            except IntegrityError:
                if key is None or (answer := self._answered(actor, key)) is None:
                    raise
                return answer
            except OperationalError as error:
                if tried == TRIES_AGAIN or not _will_pass(error):
                    raise
        raise AssertionError("the last try returns or raises")

    def preview(self, actor: Actor, action: str, form: Mapping[str, object], now: datetime) -> Outcome:
        """What would happen: the real action in a transaction that is rolled back."""
        return self._run(actor, action, form, None, now, keep=False)

    def _run(
        self, actor: Actor, name: str, form: Mapping[str, object], key: str | None, now: datetime, *, keep: bool
    ) -> Outcome:
        action = self.actions[name]
        try:
            filled = action.form.model_validate(dict(form))
        except ValidationError as error:
            return Outcome(refusals=from_validation(error))
        try:
            with self.store.writing() as session:
                scope = Scope(session, actor.partnership)
                partnerships.hold(scope)
                if key is not None:
                    found = requests.find(scope, key)
                    if found is not None:
                        return self._as_before(found)
                    requests.remember(scope, key, {}, now)
                    session.flush()
                work = self.work(scope, actor, now)
                outcome = self._do(work, action, filled)
                if not keep:
                    raise _TakenBack(outcome)
                self._seal(work, action, key, outcome)
                self.point("before-commit")
        except Refused as refused:
            return Outcome(refusals=refused.refusals)
        except _TakenBack as preview:
            return preview.outcome
        self.point("after-commit")
        if work.alerts:
            self.wake()
        self.changed()
        return outcome

    def _do(self, work: Work, action: Action, form: Form) -> Outcome:
        check(work, action, form)
        answer = with_step(action.does(work, form), work.remember_step())
        return Outcome(answer=answer, changes=tuple(work.changes), secret=work.secret)

    def _seal(self, work: Work, action: Action, key: str | None, outcome: Outcome) -> None:
        if key is not None and outcome.answer is not None:
            request = requests.find(work.scope, key)
            if request is not None:
                request.answer = self._kept(work, outcome.answer)
        work.scope.session.flush()
        for chain in sorted(work.chains | {work.scope.partnership}):
            ledger.append(
                Scope(work.scope.session, chain),
                self.ledger_key,
                at=work.now,
                actor=work.actor.id,
                action=action.name,
                record=work.record,
                ids=work.noted,
            )

    def _answered(self, actor: Actor, key: str) -> Outcome | None:
        with self.store.reading() as session:
            found = requests.find(Scope(session, actor.partnership), key)
            return None if found is None else self._as_before(found)

    def _kept(self, work: Work, answer: Message) -> dict[str, object]:
        """An answer as it is stored for a repeated press.

        It is encrypted where it is about a case, and may tell of it, about what one owes, and may hold what is filled
        in, or about a decision, and may hold its words.
        """
        content = answer.model_dump(mode="json")
        sealed = incidents.is_about_case(work.record) or returns.is_owed(work.record) or polls.is_decision(work.record)
        if self.seal is not None and sealed:
            return {SEALED: self.seal.close(content)}
        return content

    def _as_before(self, found: requests.Request) -> Outcome:
        content = found.answer
        if content and SEALED in content:
            try:
                content = self.seal.open(str(content[SEALED])) if self.seal is not None else {}
            except NotOpened:
                content = {}  # the press counted, and counts once, whoever can read its answer
        answer = Message.model_validate(content) if content else None
        return Outcome(answer=answer, repeated=True, first_at=found.at)


def _will_pass(error: OperationalError) -> bool:
    """Whether another transaction was the cause: a deadlock or serialization failure, or SQLite is busy."""
    state = getattr(error.orig, "sqlstate", None)
    busy = str(getattr(error.orig, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return busy or state in ("40P01", "40001")


def with_step(answer: Message, step: int | None) -> Message:
    """The answer with the number of its step on the button that takes it back, so that a late press takes no other."""
    if step is None:
        return answer
    buttons = [
        button.model_copy(update={"form": {"step": str(step)}}) if button.does == "undo" else button
        for button in answer.buttons
    ]
    return answer.model_copy(update={"buttons": tuple(buttons)})


def check(work: Work, action: Action, form: Form) -> None:
    """Raises Refused when the actor may not do this to the group that the form is about."""
    if action.allowed.keys() == {Role.ADMINISTRATOR} and work.actor.role is Role.ADMINISTRATOR:
        return
    group = getattr(form, action.about) if action.about else None
    everywhere, here = roles(work.scope, work.arrangements, work.actor, work.today, group)
    if not is_allowed(action.allowed, everywhere, here) and not is_own(work, action, form):
        raise Refused(sentence_of_who_may(action.allowed, action.own))
    if action.needs_confirmed and not work.actor.confirmed:
        raise Refused("You can do this once you have confirmed who you are. The administrator can help with that.")


def sentence_of_who_may(allowed: Allowed, own: Own | None = None) -> str:
    """The helpful sentence for somebody who may not do something but may know of it."""
    people = [role for role in allowed if role not in (Role.TIME, Role.ADMINISTRATOR)]
    people_words = [f"the {role.value}" for role in people if allowed[role] is Where.EVERYWHERE]
    in_group = [f"the {role.value}" for role in people if allowed[role] is Where.OWN_GROUP]
    people_words += [*in_group[:-1], f"{in_group[-1]} of that group"] if in_group else []
    people_words += [OWNERS[own]] if own else []
    if Role.ADMINISTRATOR in allowed and Role.BUSINESS_MANAGER not in allowed:
        people_words.append("the administrator")
        return f"This can be done by {_listed(people_words)}. Ask the administrator if you need it done."
    if not people_words:
        return "This is not done by people here."
    return f"This can be done by {_listed(people_words)}. Ask the business manager if you need it done."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
