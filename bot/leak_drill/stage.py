"""The drill's stage: an installation on a passing database, wired as in earnest, with a clock of its own.

Its keys are made anew, no setting of the real installation is read, and nothing leaves this machine: chat, mail and
text end in the record, and the pages listen on 127.0.0.1 alone.
"""

import json
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet
from pydantic import SecretStr
from starlette.applications import Starlette

from bot import keycheck, wiring
from bot.chat.drafts import Drafts
from bot.mail.opening import heads
from bot.settings import Settings
from bot.web.opening import Pages
from bot.web.serving import Server, application, routes_of
from commands import case_lists, permissions, rehearsing, respondents, terms
from commands.conversation import Conversation
from commands.permissions import Actor
from commands.runner import Runner
from commands.speakers import Speaker
from commands.work import Work
from scheduler.delivery import Delivery
from scheduler.doors import Door
from scheduler.rehearsal import play
from storage.records import delivery, incidents, ledger, people, returns
from storage.records.message import Message
from storage.records.returns import lead_post
from storage.records.scope import Scope

from . import drilled
from .browser import Browser
from .canaries import KIND, LIST, OTHERS, OUTSIDE, REPORTER, Canaries
from .doors import SLACK, TEAMS, ChatDoor, Letter, LetterDoor, TextsDoor, for_chats, said
from .seen import Record, lines

BEGINS = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
"""A Monday morning in winter, when the clocks of this country show UTC."""

ALL_WAYS = frozenset({"mail", "text", "pages", "heartbeat"})

ANSWERS, FORMS, OFFERED = "answers", "forms", "what forms offer"
SLACK_FORMS, TEAMS_FORMS = "Slack forms", "Teams forms"

POINTS = (
    "runner", "doors", "conversation", "pages", "opened", "notified", "told", "looked at", "kept", "reported", "ended",
)  # fmt: skip
"""The points at which `planted` is called with the stage, in their order: so tests let something out by real means."""

Planted = Callable[[str, "Stage"], None]


def nothing(_point: str, _stage: "Stage") -> None:
    """Nothing is planted in earnest."""


class NotPlayed(Exception):
    """The drill could not be played to its end; its words say at which step."""


@dataclass
class Stage:
    """Everything that the story plays with. `planted` may exchange the runner, the doors, the pages and the rest."""

    folder: Path
    planted: Planted = nothing
    now: datetime = BEGINS
    canaries: Canaries = field(default_factory=Canaries)
    record: Record = field(init=False)
    runner: Runner = field(init=False)
    conversation: Conversation = field(init=False)
    app: Starlette = field(init=False)
    doors: dict[str, Door] = field(init=False)
    mail: LetterDoor = field(init=False)
    settings: Settings = field(init=False)
    words_typed: set[tuple[str, ...]] = field(default_factory=set)
    _presses: int = 0
    _known: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.record = Record(self.canaries)

    @contextmanager
    def open(self) -> Iterator[None]:
        """The installation, its pages listening; all of it is let go of afterwards."""
        with closing(socket.create_server(("127.0.0.1", 0))) as listening:
            yield from self._opened(listening)

    def _opened(self, listening: socket.socket) -> Iterator[None]:
        self.settings = Settings.model_construct(
            database_url=f"sqlite:///{self.folder / 'drill.db'}",
            audit_key=SecretStr(secrets.token_urlsafe(48)),
            encryption_keys=(SecretStr(Fernet.generate_key().decode()),),
            base_url=f"http://127.0.0.1:{listening.getsockname()[1]}",
        )
        installation = wiring.open(self.settings, self.clock)
        try:
            self.runner = replace(installation.runner, ways=ALL_WAYS)
            self.planted("runner", self)
            text = drilled.definition(
                self.canaries.word("the kind of an incident", KIND),
                self.canaries.word("another kind of incident", KIND),
            )
            rehearsing.open_office(self.runner, text, self.now, "notebook")
            pages = Pages(self.settings, self.runner, self.clock)
            self._open_doors(pages)
            self.conversation = Conversation(self.runner, local_doors=("notebook",))
            self.planted("conversation", self)
            self.app = application(routes_of(replace(installation, runner=self.runner, pages=pages)))
            self.planted("pages", self)
            server = Server(self.app, listening)
            try:
                yield
            finally:
                server.stop()
        finally:
            installation.close()

    def _open_doors(self, pages: Pages) -> None:
        with self.runner.store.reading() as session:
            arrangements = terms.of(Scope(session, drilled.ID)).arrangements
        head = heads(lambda _partnership: arrangements)
        self.mail = LetterDoor(self.record, self.by, head, pages.addresses.url_of)
        chat, texts = ChatDoor(record=self.record, by=self.by), TextsDoor(self.record, self.by)
        self.doors = {chat.name: chat, self.mail.name: self.mail, texts.name: texts}
        self.planted("doors", self)

    def clock(self) -> datetime:
        """The drill's time."""
        return self.now

    @property
    def base_url(self) -> str:
        """Where the pages are."""
        return str(self.settings.base_url)

    # Who sees

    def by(self, person: str) -> str:
        """Who somebody is to the invented cases: on a list; whoever told of one, or has no post; or anybody else."""
        if person not in self._known:
            self._known[person] = self._by(person)
        return self._known[person]

    def _by(self, person: str) -> str:
        with self.looking() as work:
            cases = incidents.every(work.scope)
            if any(person in case_lists.people_on(work, case) for case in cases):
                return LIST
            if self._reports(work, person):
                return REPORTER
            if any(person == case.notifier for case in cases) or not people.holdings_of(work.scope, person, work.today):
                return OUTSIDE
        return OTHERS

    def _reports(self, work: Work, person: str) -> bool:
        """Whether somebody answers for a report that is asked for, or signs it off."""
        posts = respondents.posts_answered_for(work, person)
        seniors = {lead_post(post.removeprefix(respondents.SENIOR)) for post in posts}
        return bool(returns.owed_by_posts(work.scope, posts | seniors))

    def person(self, post: str) -> str:
        """The person who stands for a post."""
        return rehearsing.person_of(drilled.ID, post)

    @contextmanager
    def looking(self) -> Iterator[Work]:
        """The records, to look at."""
        with self.runner.store.reading() as session:
            yield self.runner.work(Scope(session, drilled.ID), permissions.time(drilled.ID), self.now)

    # Time

    def to(self, when: datetime | timedelta) -> None:
        """Ticks and delivers at each time at which something falls due, until then."""
        end = when if isinstance(when, datetime) else self.now + when
        self._known.clear()
        play(Delivery(self.runner, self.doors, threads=0), self.now, end)
        self.now = end

    def local(self, when: datetime) -> tuple[str, str]:
        """The day and the hour as somebody types them."""
        local = when.astimezone(ZoneInfo("Europe/London"))
        return local.date().isoformat(), f"{local:%H:%M}"

    # Typing and pressing

    def types(self, post: str, line: str, *, sure: bool = True) -> Message:
        """Somebody types a line; without `sure` their account is not confirmed."""
        speaker = self._speaker(post, sure=sure)
        answer = self.conversation.answer(speaker, line, self._key(), self.now)
        return self._answered(post, speaker, answer, "the answer to a typed line", sure=sure)

    def presses(self, post: str, action: str, form: Mapping[str, str], *, sure: bool = True) -> Message:
        """Somebody presses a button, or sends a form in."""
        speaker = self._speaker(post, sure=sure)
        answer = self.conversation.press(speaker, action, form, self._key(), self.now)
        return self._answered(post, speaker, answer, f"the answer to {action}", sure=sure)

    def does(self, post: str, action: str, /, **form: str) -> Message:
        """The same, where it must be done. Raises NotPlayed."""
        return self._must(action, lambda: self.presses(post, action, form))

    def performs(self, actor: Actor, action: str, /, **form: object) -> None:
        """The bot itself, or whoever has the machine, does something that must be done. Raises NotPlayed."""
        self._known.clear()
        found = self.runner.perform(actor, action, form, None, self.now)
        if found.refused:
            raise NotPlayed(f"{action}: {' '.join(map(str, found.refusals))}")

    def _must(self, action: str, act: Callable[[], Message]) -> Message:
        before = len(self.entries())
        answer = act()
        if action not in self.entries()[before:]:
            wrong = [blank.problem for blank in answer.sheet.blanks if blank.problem] if answer.sheet else []
            raise NotPlayed(f"{action}: {answer.title} {answer.text} {' '.join(wrong)}".strip())
        return answer

    def entries(self) -> list[str]:
        """The actions that were done, in their order, as the ledger has them."""
        with self.looking() as work:
            return [entry.action for entry in ledger.entries(work.scope)]

    def address(self, post: str) -> str:
        """The mail address of the person who stands for a post."""
        return rehearsing.address_of(drilled.ID, post)

    def _speaker(self, post: str, *, sure: bool) -> Speaker:
        return Speaker("notebook", drilled.ID, self.person(post), vouched=sure)

    def _key(self) -> str:
        self._presses += 1
        return f"drill:{self._presses}"

    def _answered(self, post: str, speaker: Speaker, answer: Message, where: str, *, sure: bool) -> Message:
        self._known.clear()
        by = self.by(self.person(post)) if sure else OTHERS
        self.record.add(ANSWERS, by, where, said(answer))
        for place, payload in for_chats(answer.model_copy(update={"sheet": None})):
            self.record.add(place, by, where, payload)
        if answer.sheet is not None:
            self._form(speaker, answer, by, where)
        return answer

    def _form(self, speaker: Speaker, answer: Message, by: str, where: str) -> None:
        """A form: what stands in its blanks apart from all else; with what the chats make of it, and its draft."""
        assert answer.sheet is not None
        for blank in answer.sheet.blanks:
            self.record.add(FORMS, by, where, blank.value)
            offered = [blank.label, blank.hint, blank.problem, *(choice.label for choice in blank.choices)]
            self.record.add(OFFERED, by, where, lines(offered))
        self.record.add(ANSWERS, by, where, lines([answer.sheet.label, answer.sheet.form]))
        where = f"the form of {answer.sheet.does}"
        for view in self._views(answer):
            self.record.add(SLACK, by, f"what {where} carries", str(view.pop("private_metadata", "")))
            self.record.add(SLACK_FORMS, by, where, json.dumps(view, ensure_ascii=False))
        for card in self._cards(answer):
            carried = [button.pop("data", None) for button in _buttons_of(card)]
            self.record.add(TEAMS, by, f"what {where} carries", json.dumps(carried, ensure_ascii=False))
            self.record.add(TEAMS_FORMS, by, where, json.dumps(card, ensure_ascii=False))
        Drafts(self.runner.store, keycheck.seal(self.settings), self.clock).keep(speaker, answer.sheet)

    def _views(self, answer: Message) -> Iterator[dict[str, Any]]:
        from bot.slack.forms import as_modal, carry, pages

        assert answer.sheet is not None
        for number, sheet in enumerate(pages(answer.sheet)):
            yield as_modal(
                answer.model_copy(update={"sheet": sheet}), meta=carry(sheet, self._kept, number), keep=self._kept
            )

    def _cards(self, answer: Message) -> Iterator[dict[str, Any]]:
        from bot.teams.forms import as_form, pages

        assert answer.sheet is not None
        sheets = pages(answer.sheet)
        for number, sheet in enumerate(sheets):
            page = answer.model_copy(update={"sheet": sheet})
            yield as_form(page, page=number, of=len(sheets), keep=self._kept)

    def _kept(self, text: str) -> str:
        return delivery.keep_long(self.runner.store, keycheck.seal(self.settings).close({"text": text}), self.now)

    # Letters and pages

    def browser(self, by: str) -> Browser:
        """Somebody's browser."""
        return Browser(self.record, by)

    def letter(self, to: str, kind: str) -> Letter:
        """The newest letter of a kind to a post, or to an address. Raises NotPlayed."""
        address = to if "@" in to else self.address(to)
        found = [each for each in self.mail.letters if (each.to, each.kind) == (address, kind)]
        if not found:
            raise NotPlayed(f"no letter of the kind {kind} went out")
        return found[-1]


def _buttons_of(part: Any) -> Iterator[dict[str, Any]]:
    """Every button of a card."""
    if isinstance(part, list):
        for each in part:
            yield from _buttons_of(each)
    elif isinstance(part, dict):
        if str(part.get("type", "")).startswith("Action."):
            yield part
        yield from _buttons_of(list(part.values()))
