"""Slack over HTTP: what is not Slack's is refused before anything happens, and nothing of it reaches a log."""

import http.client
import io
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from sqlalchemy import text

from bot import settings as settings_
from bot import wiring
from bot.logs import AsJson
from bot.slack.http import AT_ONCE, LARGEST, route
from bot.slack.manifest import EVENTS_PATH
from bot.web.serving import HEALTH, Server, application, serve
from storage.records import delivery, ledger
from tests.bot.slack.sites import Site, a_site, visit
from tests.standins.slack import Person, signed

SECRET_WORDS = "the-words-that-somebody-wrote"


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    """The real clock: signatures are as old as it says."""
    yield


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with a_site(tmp_path_factory.mktemp("over-http")) as site:
        site.standin.add_workspace("Newshire", installed=False)
        assert site.installs().status == 200
        yield site


@pytest.fixture(scope="module")
def manager(site: Site) -> Person:
    [workspace] = site.standin.workspaces.values()
    return workspace.person("Business Manager", "business-manager@ourshire.invalid")


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """All that any logger says, as caplog has it and as our own log has it."""
    caplog.set_level(logging.DEBUG)
    for name in logging.root.manager.loggerDict:
        if not name.startswith("sqlalchemy"):  # turned up it prints the rows it reads, and is known for it
            caplog.set_level(logging.DEBUG, name)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(AsJson())
    logging.root.addHandler(handler)
    yield stream
    logging.root.removeHandler(handler)
    held = caplog.text + stream.getvalue() + "".join(str(record.__dict__) for record in caplog.records)
    assert SECRET_WORDS not in held


def entries(site: Site) -> str:
    """The head of the ledger: what changes with every entry."""
    with site.office.reading() as scope:
        return ledger.head(scope)


def sends(site: Site, body: bytes, headers: dict[str, str], method: str = "POST") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", site.server.port, timeout=10)
    connection.request(method, EVENTS_PATH, body, headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def a_command(site: Site, words: str = SECRET_WORDS) -> bytes:
    """The body of a command, as Slack writes it."""
    [workspace] = site.standin.workspaces.values()
    return f"command=%2Fconvenor&text={words}&team_id={workspace.id}&user_id=U1&trigger_id=1.2".encode()


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def right(site: Site, body: bytes) -> dict[str, str]:
    return FORM | signed(site.standin.app.signing_secret, body)


# What is not Slack's


def test_what_is_slack_s_is_answered_and_what_was_written_is_in_no_log(
    site: Site, manager: Person, logged: io.StringIO
) -> None:
    assert manager.types_command("/convenor", SECRET_WORDS).status == 200
    told = len(site.standin.called("chat.postMessage"))
    assert manager.writes_in_dm(SECRET_WORDS).status == 200
    site.standin.wait_for(lambda: len(site.standin.called("chat.postMessage")) > told)  # after the acknowledgement
    body = a_command(site)
    assert sends(site, body, right(site, body)).status == 200


@pytest.mark.parametrize("how", ["wrong_signature", "stale", "missing_headers"])
def test_what_is_not_slack_s_is_refused_and_does_nothing(
    site: Site, manager: Person, logged: io.StringIO, how: str
) -> None:
    before, asked = entries(site), len(site.standin.calls)
    for deed in (
        lambda: manager.types_command("/convenor", SECRET_WORDS),
        lambda: manager.shortcut("what-i-owe"),
    ):
        site.standin.spoil_next(how)
        answer = deed()
        assert (answer.status, answer.acknowledged, answer.everything()) == (401, False, [])
    site.standin.post_office.retry_waits = ()
    site.standin.spoil_next(how)
    assert manager.writes_in_dm(SECRET_WORDS).status == 401
    assert (entries(site), len(site.standin.calls)) == (before, asked)


def test_a_signature_is_good_for_five_minutes_either_way(site: Site) -> None:
    body, secret = a_command(site, "help"), site.standin.app.signing_secret
    for seconds, status in ((-290, 200), (290, 200), (-310, 401), (310, 401)):
        headers = FORM | signed(secret, body, now=time.time() + seconds)
        assert sends(site, body, headers).status == status, seconds


def test_a_signature_for_other_words_is_refused(site: Site, logged: io.StringIO) -> None:
    assert sends(site, a_command(site), right(site, a_command(site, "help"))).status == 401


def test_a_test_of_the_certificate_gets_by_without_a_signature_and_does_nothing(
    site: Site, logged: io.StringIO
) -> None:
    before = entries(site)
    body = a_command(site) + b"&ssl_check=1"
    response = sends(site, body, FORM)
    assert (response.status, entries(site)) == (200, before)
    as_event = json.dumps({"ssl_check": "1", "type": "event_callback", "event": {"text": SECRET_WORDS}}).encode()
    assert sends(site, as_event, {"Content-Type": "application/json"}).status == 200
    assert entries(site) == before


def test_slack_s_question_whether_the_address_is_ours_needs_a_signature(site: Site) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "asked"}).encode()
    kind = {"Content-Type": "application/json"}
    assert sends(site, body, kind).status == 401
    assert sends(site, body, kind | signed(site.standin.app.signing_secret, body)).status == 200


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"text=\xe9"])
def test_what_is_no_text_is_refused(site: Site, body: bytes) -> None:
    assert sends(site, body, right(site, body)).status == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"payload=%7B", b"payload=[]", b'{"event": 3}'])
def test_what_is_no_request_of_slack_s_breaks_nothing(site: Site, body: bytes, logged: io.StringIO) -> None:
    for kind in ("application/json", FORM["Content-Type"]):
        response = sends(site, body, {"Content-Type": kind, **signed(site.standin.app.signing_secret, body)})
        assert response.status in (200, 400, 401, 404, 500)
        assert sends(site, body, {"Content-Type": kind}).status != 200
    assert visit(f"{site.url}/slack/install").status == 400  # the server still answers


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_post_does_anything(site: Site, method: str) -> None:
    before = entries(site)
    body = a_command(site)
    response = sends(site, body if method == "PUT" else b"", right(site, body), method)
    assert (response.status, entries(site)) == (404, before)


# What is too large


def test_a_huge_request_of_slack_s_is_not_acknowledged(site: Site, manager: Person) -> None:
    before = entries(site)
    site.standin.spoil_next("huge")
    answer = manager.types_command("/convenor", "me")
    assert (answer.acknowledged, answer.status in (0, 413)) == (False, True)  # 0: cut off while it was still sending
    assert entries(site) == before and manager.types_command("/convenor", "help").acknowledged


def until_the_end(line: socket.socket) -> bytes:
    found = b""
    try:
        while piece := line.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found


def test_what_says_that_it_is_huge_is_refused_before_it_comes(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.server.port), timeout=10) as line:
        head = f"POST {EVENTS_PATH} HTTP/1.1\r\nHost: bot\r\nContent-Length: {LARGEST + 1}\r\n\r\n"
        line.sendall(head.encode() + b"x" * 100)
        assert until_the_end(line).startswith(b"HTTP/1.1 413 ")


def test_what_does_not_say_how_large_it_is_is_refused_once_it_is_too_large(site: Site) -> None:
    """It is a stream that never ends: the answer comes all the same."""
    with socket.create_connection(("127.0.0.1", site.server.port), timeout=10) as line:
        line.sendall(f"POST {EVENTS_PATH} HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        piece = b"%x\r\n%s\r\n" % (100_000, b"x" * 100_000)
        for _ in range(LARGEST // 100_000 + 2):
            line.sendall(piece)
        assert line.recv(20).startswith(b"HTTP/1.1 413 ")


# Many at once


def a_slow_app(seconds: float) -> App:
    """A Bolt app whose one command takes its time."""
    quiet = logging.getLogger("a slow app")
    quiet.setLevel(logging.CRITICAL)
    app = App(
        signing_secret="secret",
        authorize=lambda **_: AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U1", bot_token="xoxb-1"),
        client=WebClient(retry_handlers=[]),
        logger=quiet,
        process_before_response=True,
        request_verification_enabled=False,
    )

    @app.command("/x")
    def slow(ack: Ack) -> None:
        time.sleep(seconds)
        ack("done")

    return app


def test_twenty_at_once_do_not_wait_for_one_another() -> None:
    server = Server(
        application([route(a_slow_app(0.5))]), listening := socket.create_server(("127.0.0.1", 0), backlog=64)
    )
    took: list[float] = []
    began = time.monotonic()

    def asks() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", listening.getsockname()[1], timeout=20)
        connection.request("POST", EVENTS_PATH, b"command=%2Fx&team_id=T1&user_id=U2", FORM)
        assert connection.getresponse().read() == b"done"
        took.append(time.monotonic() - began)
        connection.close()

    threads = [threading.Thread(target=asks) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    assert visit(f"http://127.0.0.1:{server.port}/elsewhere").status == 404  # and others are answered meanwhile
    assert time.monotonic() - began < 0.5 * AT_ONCE / 2
    for thread in threads:
        thread.join(30)
    server.stop()
    assert len(took) == AT_ONCE and max(took) < 0.5 * AT_ONCE / 2  # one after the other would take ten seconds
    assert min(took) >= 0.5


# The server itself


@pytest.fixture
def installation(installed: Path) -> Iterator[wiring.Installation]:
    found = wiring.open(settings_.read().model_copy(update={"port": a_free_port()}))
    yield found
    found.close()


def a_free_port() -> int:
    with socket.create_server(("", 0)) as line:
        return int(line.getsockname()[1])


def test_healthz_says_whether_the_loops_go_round(installation: wiring.Installation) -> None:
    server = serve(installation)
    try:
        address = f"http://127.0.0.1:{server.port}{HEALTH}"
        now = installation.now()
        for name in ("tick", "delivery"):
            delivery.beat(installation.store, name, now)
        assert (visit(address).status, visit(address).text) == (200, '{"well":true}')
        delivery.beat(installation.store, "delivery", now.replace(year=now.year - 1))
        assert (visit(address).status, visit(address).text) == (503, '{"well":false}')
    finally:
        server.stop()


def test_healthz_says_when_the_database_does_not_answer(installation: wiring.Installation) -> None:
    server = serve(installation)
    try:
        with installation.store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE heartbeat RENAME TO mislaid"))
        assert visit(f"http://127.0.0.1:{server.port}{HEALTH}").status == 503
    finally:
        server.stop()


def test_a_port_that_is_taken_is_a_sentence(installation: wiring.Installation) -> None:
    with (
        socket.create_server(("127.0.0.1", installation.settings.port)),
        pytest.raises(wiring.NotReady, match=r"Port \d+ is taken: another program listens there\. Set CONVENOR_PORT"),
    ):
        serve(installation)
