"""When there are pages: their address is set and what they need is installed. Then one server answers for all doors."""

import http.client
import importlib.util
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import settings, wiring
from bot.site import open_site
from bot.terminal.adopting import fresh_keys
from bot.web.serving import Server


@pytest.fixture
def keys() -> None:
    """Keys in the working folder."""
    Path(".env").write_text(fresh_keys())


@pytest.fixture
def bot(keys: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[wiring.Installation]:
    """A bot whose pages have an address, and a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("CONVENOR_BASE_URL", "https://ours.example/convenor")
    monkeypatch.setenv("CONVENOR_PORT", str(port))
    found = wiring.open(settings.read())
    yield found
    found.close()


def asks(server: Server, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def test_with_an_address_the_bot_listens_and_knows_that_it_has_pages(bot: wiring.Installation) -> None:
    assert bot.settings.listens
    assert "pages" in bot.runner.ways
    server = open_site(bot)
    assert isinstance(server, Server)
    try:
        assert asks(server, "/healthz")[0] == 200
        status, text = asks(server, "/l/nonsense")
        assert status == 410
        assert 'href="/convenor/assets/' in text
        assert asks(server, "/nothing") == (404, "There is nothing here.\n")
    finally:
        server.stop()


def test_without_an_address_it_does_not_listen(keys: None) -> None:
    found = wiring.open(settings.read())
    assert not found.settings.listens
    assert "pages" not in found.runner.ways
    assert found.pages is None and open_site(found) is None
    found.close()


def test_without_what_pages_need_there_are_none(keys: None, monkeypatch: pytest.MonkeyPatch) -> None:
    there = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if "govuk" in name else there(name))
    monkeypatch.setenv("CONVENOR_BASE_URL", "https://ours.example")
    assert not settings.read().has_pages


@pytest.mark.parametrize(("given", "is_behind"), [("yes", True), ("true", True), ("no", False), ("", False)])
def test_a_proxy_is_believed_only_where_a_setting_says_that_there_is_one(
    keys: None, monkeypatch: pytest.MonkeyPatch, given: str, is_behind: bool
) -> None:
    monkeypatch.setenv("CONVENOR_BEHIND_PROXY", given)
    assert settings.read().behind_proxy is is_behind
