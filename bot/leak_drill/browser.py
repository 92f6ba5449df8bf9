"""A browser without scripts at the drill's own pages: over a socket of this machine, forms as they stand, cookies."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from .seen import Record

PAGES, ADDRESS, FORMS = "pages", "address", "forms"


class _Reader(HTMLParser):
    """What a page shows, and what stands in its fields; the two apart, since whoever types sees what they typed."""

    def __init__(self) -> None:
        super().__init__()
        self.carried: dict[str, str] = {}
        self.names: list[str] = []
        self.shown: list[str] = []
        self.typed: list[str] = []
        self._in_area = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes a field, and every address and description."""
        given = {name: value or "" for name, value in attrs}
        self._in_area = tag == "textarea"
        if tag in ("input", "textarea", "select") and given.get("name"):
            self.names.append(given["name"])
            if given.get("type") == "hidden":
                self.carried[given["name"]] = given.get("value", "")
        fills = tag == "input" and given.get("type") not in ("hidden", "radio", "checkbox")
        self.typed += [value for name, value in given.items() if fills and name == "value"]
        self.shown += [value for name, value in given.items() if not (fills and name == "value")]

    def handle_data(self, data: str) -> None:
        """Notes words."""
        (self.typed if self._in_area else self.shown).append(data)


@dataclass
class Page:
    """A page as it was answered. `carried` are its hidden fields, `names` all of its fields."""

    url: str
    status: int
    html: str
    body: bytes
    carried: dict[str, str]
    names: list[str]


@dataclass
class Browser:
    """Somebody's browser; `by` is who they are to the invented cases."""

    record: Record
    by: str
    cookies: dict[str, str] = field(default_factory=dict)

    def gets(self, url: str) -> Page:
        """Opens a page."""
        return self._asks("GET", url)

    def sends(self, page: Page, **filled: str | list[str]) -> Page:
        """Fills in the form of a page and sends it, with what it carries."""
        pairs = [(name, value) for name, value in page.carried.items() if name not in filled]
        for name, value in filled.items():
            pairs += [(name, each) for each in ([value] if isinstance(value, str) else value)]
        return self._asks("POST", page.url, urlencode(pairs).encode())

    def posts(self, url: str, body: bytes, kind: str) -> Page:
        """Sends something that is no form of ours."""
        return self._asks("POST", url, body, {"Content-Type": kind})

    def _asks(self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] = {}) -> Page:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        sent = ({"Content-Type": "application/x-www-form-urlencoded"} if body else {}) | dict(headers)
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, parts.path or "/", body or None, sent)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.record.add(ADDRESS, self.by, "the address of a page", url)
        self.record.add(PAGES, self.by, "the head of a page", str(response.headers))
        if response.status in (302, 303):
            return self._asks("GET", urljoin(url, response.headers["Location"]))
        html = content.decode() if response.headers.get("Content-Type", "").startswith("text/") else ""
        reader = _Reader()
        reader.feed(html)
        self.record.add(PAGES, self.by, f"a page answered with {response.status}", "\n".join(reader.shown))
        self.record.add(FORMS, self.by, "the fields of a page", "\n".join(reader.typed))
        return Page(url, response.status, html, content, reader.carried, reader.names)
