"""Somebody at our own pages, as a browser without scripts sees them: real sockets, forms as they stand, cookies.

with a_site(office) as site:
    page = site.browser().follows(site.letter("designated-nurse").url)
    page = page.sends(answer="incident.answer:have", code="123456")  # the code opens the page, then the answer is sent
    page = page.sends()
    assert page.title == "..."
"""

import http.client
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlmodel import col, select

from bot.settings import Settings
from bot.web.opening import Pages
from bot.web.serving import Server, application
from storage.records.message import Message
from storage.records.outbox import Outgoing
from tests.offices import Office

KEY = Fernet.generate_key().decode()
FORM = "application/x-www-form-urlencoded"


@dataclass
class Form:
    """A form as it stands on a page: where it goes, what it carries, and what could be chosen."""

    action: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    offered: dict[str, list[str]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)


@dataclass
class Shown:
    """A page as it was answered."""

    browser: "Browser"
    url: str
    status: int
    headers: http.client.HTTPMessage
    html: str
    body: bytes
    title: str = ""
    text: str = ""
    forms: list[Form] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def form(self) -> Form:
        """The only form on it."""
        assert len(self.forms) == 1, f"{self.title} has {len(self.forms)} forms"
        return self.forms[0]

    def sends(self, **filled: str | list[str]) -> "Shown":
        """Fills in the form and sends it; what is not named stays as it stands there. Unknown fields are refused.

        Where the page asks for the code alone, it is given first, and the rest is for the page that it opens.
        """
        if {"code"} < filled.keys() and set(self.form.names) == {"mark", "code"}:
            opened = self.sends(code=filled.pop("code"))
            return opened if opened.errors or not opened.forms else opened.sends(**filled)
        unknown = filled.keys() - set(self.form.names)
        assert not unknown, f"{self.title} has no field {', '.join(sorted(unknown))}"
        kept = [(name, value) for name, value in self.form.fields if name not in filled]
        for name, value in filled.items():
            kept += [(name, each) for each in ([value] if isinstance(value, str) else value)]
        return self.browser.posts(urljoin(self.url, self.form.action), kept)

    def leads(self, label: str) -> "Shown":
        """Follows a link on the page by its words."""
        [address] = {address for words, address in self.links if words == label}
        return self.browser.gets(urljoin(self.url, address))


@dataclass
class Browser:
    """A browser: it keeps cookies, and sends them where they belong."""

    cookies: dict[str, str] = field(default_factory=dict)

    def follows(self, url: str) -> Shown:
        """Opens a link from a letter: no cookie with SameSite=Strict goes along."""
        return self._asks("GET", url, with_cookies=False)

    def gets(self, url: str) -> Shown:
        """Opens a page from one of ours."""
        return self._asks("GET", url)

    def posts(self, url: str, fields: list[tuple[str, str]]) -> Shown:
        """Sends a form in."""
        return self._asks("POST", url, urlencode(fields).encode(), {"Content-Type": FORM})

    def _asks(
        self,
        method: str,
        url: str,
        body: bytes = b"",
        headers: Mapping[str, str] = {},
        *,
        with_cookies: bool = True,
    ) -> Shown:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        sent = dict(headers)
        if with_cookies and self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, parts.path or "/", body or None, sent)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if response.status in (302, 303):
            return self._asks("GET", urljoin(url, response.headers["Location"]))
        kind = response.headers.get("Content-Type", "")
        html = content.decode() if kind.startswith("text/") else ""
        shown = Shown(self, url, response.status, response.headers, html, content)
        _Reader(shown).read()
        return shown


class _Reader(HTMLParser):
    """Reads of a page what a person sees, and what its forms hold."""

    def __init__(self, shown: Shown) -> None:
        super().__init__()
        self._shown = shown
        self._within: list[str] = []
        self._link = ""
        self._select, self._area = "", ""
        self._words: list[str] = []
        self._error: list[str] | None = None

    def read(self) -> None:
        """Fills in the page."""
        self.feed(self._shown.html)
        self._shown.text = re.sub(r"\s+", " ", " ".join(self._words)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what opens."""
        given = {name: value or "" for name, value in attrs}
        form = self._shown.forms[-1] if self._shown.forms else None
        if tag in ("h1", "title", "style", "script", "a", "p", "textarea", "option"):
            self._within.append(tag)
        if tag == "form":
            self._shown.forms.append(Form(given.get("action", "")))
        elif tag == "a":
            self._link = given.get("href", "")
        elif tag == "p" and "govuk-error-message" in given.get("class", ""):
            self._error = []
        elif tag == "input" and form is not None:
            self._input(form, given)
        elif tag == "select" and form is not None:
            self._select = given["name"]
            form.names.append(given["name"])
        elif tag == "option" and form is not None:
            form.offered.setdefault(self._select, []).append(given["value"])
            if "selected" in given:
                form.fields.append((self._select, given["value"]))
        elif tag == "textarea" and form is not None:
            self._area = given["name"]
            form.names.append(given["name"])
            form.fields.append((self._area, ""))

    def _input(self, form: Form, given: dict[str, str]) -> None:
        name, kind = given["name"], given.get("type", "text")
        form.names.append(name)
        if kind in ("radio", "checkbox"):
            form.offered.setdefault(name, []).append(given["value"])
            if "checked" not in given:
                return
        form.fields.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Notes what closes."""
        if self._within and self._within[-1] == tag:
            self._within.pop()
        if tag == "p" and self._error is not None:
            self._shown.errors.append(re.sub(r"\s+", " ", " ".join(self._error)).strip().removeprefix("Error: "))
            self._error = None
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        """Takes up words."""
        inside = self._within[-1] if self._within else ""
        if self._area:
            self._shown.forms[-1].fields[-1] = (self._area, data.removeprefix("\n"))
            return
        if inside in ("style", "script", "title", "option"):
            return
        if inside == "h1":
            self._shown.title += data.strip()
        if inside == "a" and data.strip():
            self._shown.links.append((data.strip(), self._link))
        if self._error is not None:
            self._error.append(data)
        self._words.append(data)


@dataclass(frozen=True)
class Letter:
    """What a letter tells of a link: its address, and the code."""

    url: str
    code: str
    message: Message


@dataclass
class Site:
    """An office's pages, listening."""

    office: Office
    pages: Pages
    server: Server

    @property
    def url(self) -> str:
        """Where they are."""
        return f"http://127.0.0.1:{self.server.port}"

    def browser(self) -> Browser:
        """A browser of somebody."""
        return Browser()

    def letter(self, post: str) -> Letter:
        """The newest message to whoever is in a post that has a link."""
        with_link = [message for message in self.office.sent_to(post) if message.link]
        return self.letter_of(with_link[-1])

    def mailed(self, kind: str) -> Letter:
        """The newest letter of a kind that goes by mail only, whether it has gone out or not."""
        query = select(Outgoing).where(Outgoing.kind == kind).order_by(col(Outgoing.id))
        with self.office.reading() as scope:
            words = [row.words for row in scope.session.exec(query)]
        return self.letter_of(words[-1])

    def letter_of(self, message: Message) -> Letter:
        """What a letter with this message says."""
        return Letter(self.pages.addresses.url_of(message.link), message.link_code, message)


@contextmanager
def a_site(office: Office, **settings: object) -> Iterator[Site]:
    """The pages of an office on a free port; `settings` beside the keys and the address."""
    listening = socket.create_server(("127.0.0.1", 0))
    given = {"base_url": f"http://127.0.0.1:{listening.getsockname()[1]}", **settings}
    pages = Pages(
        Settings.model_construct(encryption_keys=(SecretStr(KEY),), **given), office.runner, lambda: office.now
    )
    server = Server(application(pages.routes()), listening)
    try:
        yield Site(office, pages, server)
    finally:
        server.stop()
