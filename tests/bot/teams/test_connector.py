"""Posting to Teams: what it takes, what it refuses, and whether anything may have got through when a line breaks."""

import email.utils
import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from bot.teams.connector import Broke, Connector, NotAllowed, NoToken, NotReached, Place, Refused
from bot.teams.library import Library
from bot.teams.tenants import allowed
from tests.standins.teams import Person, StandIn, Tenant
from tests.standins.teams.things import Upload

from .listening import settings_for

SOON = 0.6
"""Seconds after which a request counts as unanswered, here."""


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    """The real clock: connections go by it."""
    yield


@dataclass
class Site:
    """A connector, and the Teams to which it posts."""

    standin: StandIn
    tenant: Tenant
    connector: Connector
    library: Library

    def person(self, **more: Any) -> Person:
        return self.tenant.user(self.tenant.add_user("Designated Nurse", "designated.nurse@ours.example", **more))

    def chat(self, person: Person) -> Place:
        return Place(self.standin.service_url, person.chat.id)


@pytest.fixture
def site() -> Iterator[Site]:
    with StandIn(burst=100) as standin:
        tenant = standin.add_tenant("Ourshire Council")
        settings = settings_for(standin, tenant)
        library = Library(settings, standin.token, timeout=SOON)
        connector = Connector(library, allowed(settings))
        yield Site(standin, tenant, connector, library)
        connector.close()
        assert standin.problems == []


@pytest.fixture
def nurse(site: Site) -> Person:
    return site.person()


def words(text: str) -> dict[str, Any]:
    return {"type": "message", "text": text}


def shown(person: Person) -> list[str]:
    """The words that stand in somebody's personal chat."""
    return [message.text for message in person.told()]


# Messages


def test_what_is_sent_stands_there_and_can_be_changed_and_taken_away(site: Site, nurse: Person) -> None:
    place = site.chat(nurse)
    first = site.connector.send(place, words("one"))
    second = site.connector.send(place, words("two"))
    assert first and first != second and shown(nurse) == ["one", "two"]
    site.connector.update(place, first, words("changed"))
    assert shown(nurse) == ["changed", "two"]
    site.connector.delete(place, second)
    assert shown(nurse) == ["changed"]


def test_what_is_empty_in_a_card_and_what_no_model_knows_arrives_as_it_was_made(site: Site, nurse: Person) -> None:
    card = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [{"type": "TextBlock", "text": "words", "wrap": True, "fallback": "drop"}],
        "actions": [{"type": "Action.Submit", "title": "Go", "data": {"of our own": [None, {}, ""]}}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    sent = {"type": "message", "summary": "words", "attachments": [attachment]}
    id_ = site.connector.send(site.chat(nurse), sent)
    assert site.standin.posted[-1].activity == {**sent, "id": id_}


def test_a_thread_is_written_to_by_its_id(site: Site, nurse: Person) -> None:
    channel = site.tenant.add_channel("Board")
    first = site.connector.send(Place(site.standin.service_url, channel), words("new"))
    site.connector.send(Place(site.standin.service_url, f"{channel};messageid={first}"), words("below"))
    assert [(post.thread, post.activity["text"]) for post in site.standin.posted] == [(first, "new"), (first, "below")]


def test_a_targeted_message_goes_its_own_way(site: Site, nurse: Person) -> None:
    place = Place(site.standin.service_url, site.tenant.add_channel("Board"))
    said = words("for you") | {"recipient": {"id": nurse.member, "isTargeted": True}}
    id_ = site.connector.send(place, said)
    assert site.standin.posted[-1].only_for == nurse.id
    site.connector.update(place, id_, said | {"text": "for you still"})
    assert site.standin.posted[-1].activity["text"] == "for you still"


def test_a_message_without_an_id_has_none(site: Site, nurse: Person) -> None:
    site.standin.faults.placeholder()
    assert site.connector.send(site.chat(nurse), words("one")) == "" and shown(nurse) == ["one"]


def test_no_id_leads_elsewhere(site: Site, nurse: Person) -> None:
    for conversation in ("../../../v1/keys", "..", "a/activities/1?x=", "a#b"):
        with pytest.raises(Refused) as refused:
            site.connector.send(Place(site.standin.service_url, conversation), words("one"))
        assert refused.value.status == 404
    assert all(path.startswith("/teams/v3/conversations/") for _, path in site.standin.calls)


def test_twenty_post_at_once(site: Site) -> None:
    people = [site.person() for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda person: site.connector.send(site.chat(person), words("one")), people))
    assert [shown(person) for person in people] == [["one"]] * 20


# Personal chats and people


def test_a_personal_chat_is_begun_by_either_id(site: Site, nurse: Person) -> None:
    service, tenant = site.standin.service_url, site.tenant.id
    assert site.connector.open_chat(service, tenant, nurse.member) == nurse.chat.id
    assert site.connector.open_chat(service, tenant, nurse.id) == nurse.chat.id


def test_it_is_not_begun_where_the_app_is_not_installed(site: Site) -> None:
    stranger = site.person(installed=False)
    with pytest.raises(Refused) as refused:
        site.connector.open_chat(site.standin.service_url, site.tenant.id, stranger.id)
    assert (refused.value.status, refused.value.code) == (403, "ForbiddenOperationException")


def test_a_member_is_known_with_their_address(site: Site, nurse: Person) -> None:
    found = site.connector.member(site.chat(nurse), nurse.id)
    assert (found.user, found.member, found.name) == (nurse.id, nurse.member, "Designated Nurse")
    assert (found.email, found.tenant, found.guest) == ("designated.nurse@ours.example", site.tenant.id, False)
    assert site.connector.member(site.chat(nurse), nurse.member) == found


def test_a_guest_is_one_by_their_role_or_by_their_name(site: Site) -> None:
    guest = site.person(guest=True)
    assert site.connector.member(site.chat(guest), guest.id).guest
    by_name = site.person(upn="nurse_health.example#EXT#@ours.onmicrosoft.example")
    assert site.connector.member(site.chat(by_name), by_name.id).guest
    elsewhere = site.person(home="44444444-dddd-4000-8000-000000000004")
    found = site.connector.member(site.chat(elsewhere), elsewhere.id)
    assert found.tenant == "44444444-dddd-4000-8000-000000000004" and not found.guest


def test_who_has_no_address_has_none(site: Site) -> None:
    silent = site.tenant.user(site.tenant.add_user("Chair"))
    assert site.connector.member(site.chat(silent), silent.id).email == ""


def test_a_roster_is_read_page_by_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.standin.most_per_page = 2
    people = [site.person() for _ in range(5)]
    place = Place(site.standin.service_url, site.tenant.add_channel("Board"))
    assert [member.user for member in site.connector.members(place)] == [person.id for person in people]
    assert len(site.standin.called("GET", "/pagedMembers")) == 3


# Files


def test_a_file_goes_where_it_was_allowed_and_the_token_does_not(site: Site, nurse: Person) -> None:
    content = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    site.standin.uploads["x"] = Upload("x", "entry.ics", len(content), nurse.id)
    site.connector.upload(f"{site.standin.origin}/upload/x", content, "entry.ics")
    assert site.standin.uploads["x"].received == [content]
    with pytest.raises(Refused) as refused:
        site.connector.upload(f"{site.standin.origin}/upload/y", content, "entry.ics")
    assert refused.value.status == 404


@pytest.mark.parametrize("url", ["https://elsewhere.example/upload", "http://ours.sharepoint.com/x", "file:///etc", ""])
def test_a_file_goes_nowhere_else(site: Site, url: str) -> None:
    with pytest.raises(NotAllowed):
        site.connector.upload(url, b"content", "entry.ics")


# Where it goes


@pytest.mark.parametrize("service", ["https://elsewhere.example/teams", "http://smba.trafficmanager.net/uk", "", "x"])
def test_nothing_goes_to_an_address_that_is_not_allowed(site: Site, nurse: Person, service: str) -> None:
    asked: list[int] = []
    site.library.token = lambda: asked.append(1) or "token"  # type: ignore[func-returns-value]
    for deed in (
        lambda: site.connector.send(Place(service, nurse.chat.id), words("one")),
        lambda: site.connector.update(Place(service, nurse.chat.id), "1", words("one")),
        lambda: site.connector.delete(Place(service, nurse.chat.id), "1"),
        lambda: site.connector.open_chat(service, site.tenant.id, nurse.id),
        lambda: site.connector.member(Place(service, nurse.chat.id), nurse.id),
        lambda: list(site.connector.members(Place(service, nurse.chat.id))),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert (asked, site.standin.calls) == ([], [])  # not even the token was asked for


# What goes wrong

Deed = Callable[[Site, Person], object]
DEEDS: dict[str, Deed] = {
    "send": lambda site, nurse: site.connector.send(site.chat(nurse), words("one")),
    "update": lambda site, nurse: site.connector.update(site.chat(nurse), "1", words("one")),
    "delete": lambda site, nurse: site.connector.delete(site.chat(nurse), "1"),
    "create": lambda site, nurse: site.connector.open_chat(site.standin.service_url, site.tenant.id, nurse.id),
    "member": lambda site, nurse: site.connector.member(site.chat(nurse), nurse.id),
    "members": lambda site, nurse: list(site.connector.members(site.chat(nurse))),
}


@pytest.mark.parametrize("route", DEEDS)
def test_a_refusal_has_its_status_its_code_and_how_long_to_wait(site: Site, nurse: Person, route: str) -> None:
    for status, code, wait in (
        (403, "MessageWritesBlocked", None),
        (404, "ConversationNotFound", None),
        (412, "PreconditionFailed", None),
        (413, "MessageSizeTooBig", None),
        (429, "Throttled", 7),
        (500, "ServiceError", None),
        (502, "ServiceError", None),
        (503, "ServiceError", 0),
        (504, "ServiceError", 120),
    ):
        site.standin.faults.next(status, code, wait, route=route)
        with pytest.raises(Refused) as refused:
            DEEDS[route](site, nurse)
        assert (refused.value.status, refused.value.code, refused.value.retry_after) == (status, code, wait)


@pytest.mark.parametrize("route", DEEDS)
def test_a_line_that_breaks_may_have_let_it_through(site: Site, nurse: Person, route: str) -> None:
    site.standin.faults.drop(route=route, taken=False)
    with pytest.raises(Broke):
        DEEDS[route](site, nurse)


def test_so_may_one_that_breaks_after_it_was_taken(site: Site, nurse: Person) -> None:
    site.standin.faults.drop()
    with pytest.raises(Broke):
        site.connector.send(site.chat(nurse), words("one"))
    assert shown(nurse) == ["one"] and len(site.standin.called("POST", "/activities")) == 1  # nothing is repeated


@pytest.mark.parametrize("route", DEEDS)
def test_one_that_hangs_is_left_in_time(site: Site, nurse: Person, route: str) -> None:
    site.standin.faults.hang(5, route=route, taken=False)
    began = time.monotonic()
    with pytest.raises(Broke):
        DEEDS[route](site, nurse)
    assert time.monotonic() - began < SOON + 2


def test_who_hangs_keeps_nobody_else_waiting(site: Site, nurse: Person) -> None:
    site.standin.faults.hang(5, route="send", taken=False)
    with ThreadPoolExecutor(1) as pool:
        hangs = pool.submit(pytest.raises, Broke, site.connector.send, site.chat(nurse), words("one"))
        site.standin.wait_for(lambda: site.standin.called("POST", "/activities"))
        began = time.monotonic()
        site.connector.send(site.chat(nurse), words("two"))
        assert time.monotonic() - began < SOON and not hangs.done()
        hangs.result()


@pytest.mark.parametrize("route", DEEDS)
def test_where_nobody_listens_nothing_was_sent(site: Site, nurse: Person, route: str) -> None:
    site.standin.outage()
    with pytest.raises(NotReached) as failure:
        DEEDS[route](site, nurse)
    assert not isinstance(failure.value, NotAllowed)
    site.standin.outage(on=False)
    assert site.connector.send(site.chat(nurse), words("two"))


def test_where_nobody_takes_the_call_nothing_was_sent(site: Site) -> None:
    """The queue of callers is full: to connect takes without end."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        callers = [socket.socket() for _ in range(4)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        began = time.monotonic()
        with pytest.raises(NotReached):
            site.connector.send(Place(f"http://127.0.0.1:{port}/teams", "a"), words("one"))
        assert time.monotonic() - began < SOON + 1
        for caller in callers:
            caller.close()


def test_a_host_that_nobody_knows_is_not_reached(site: Site) -> None:
    settings = settings_for(site.standin, site.tenant, teams_hosts=("nowhere.invalid",))
    connector = Connector(site.library, allowed(settings))
    with pytest.raises(NotReached):
        connector.send(Place("https://nowhere.invalid/teams", "a"), words("one"))
    connector.close()


def test_no_failure_quotes_an_address_or_a_token(site: Site, nurse: Person) -> None:
    said = []
    site.standin.faults.next(500)
    site.standin.faults.drop()
    for service in (site.standin.service_url, site.standin.service_url, "https://elsewhere.example/"):
        with pytest.raises((Refused, Broke, NotReached)) as failure:
            site.connector.send(Place(service, nurse.chat.id), words("one"))
        said.append(f"{failure.value!r} {failure.value}")
    for secret in (nurse.chat.id, "127.0.0.1", "elsewhere", site.standin.token()):
        assert secret not in " ".join(said)


# The token


def test_a_token_that_teams_does_not_take_is_asked_for_anew(site: Site, nurse: Person) -> None:
    dropped: list[int] = []
    site.library.drop_token = lambda: dropped.append(1)  # type: ignore[method-assign]
    site.library.token = lambda: "old"
    with pytest.raises(Refused) as refused:
        site.connector.send(site.chat(nurse), words("one"))
    assert (refused.value.status, dropped) == (401, [1])


@pytest.mark.parametrize("failure", [NoToken("AADSTS7000215"), NotReached("Microsoft Entra could not be reached")])
def test_without_a_token_nothing_is_sent(site: Site, nurse: Person, failure: Exception) -> None:
    def refuses() -> str:
        raise failure

    site.library.token = refuses
    with pytest.raises(type(failure)) as found:
        site.connector.send(site.chat(nurse), words("one"))
    assert found.value is failure and site.standin.calls == []


# What others than Teams answer


class Odd(http.server.BaseHTTPRequestHandler):
    """Answers with what the server was told."""

    server: "OddServer"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, headers, body = self.server.says
        self.send_response_only(status)
        for name, value in {**headers, "Content-Length": str(len(body)), "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing."""


class OddServer(http.server.HTTPServer):
    says: tuple[int, dict[str, str], bytes] = (200, {}, b"")


@pytest.fixture
def odd() -> Iterator[OddServer]:
    server = OddServer(("127.0.0.1", 0), Odd)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def at(server: OddServer) -> Place:
    return Place(f"http://127.0.0.1:{server.server_port}/teams", "a")


NOW = email.utils.formatdate(1_800_000_000, usegmt=True)
LATER = email.utils.formatdate(1_800_000_090, usegmt=True)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "12"}, 12.0),
        ({"Retry-After": LATER, "Date": NOW}, 90.0),
        ({"Retry-After": NOW, "Date": LATER}, 0.0),
        ({"Retry-After": LATER}, None),
        ({"Retry-After": "soon", "Date": NOW}, None),
        ({"Retry-After": "-5", "Date": NOW}, None),
        ({"Retry-After": "", "Date": NOW}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_told_in_seconds_or_as_a_date(
    site: Site, odd: OddServer, headers: dict[str, str], wait: float | None
) -> None:
    odd.says = (429, headers, b"")
    with pytest.raises(Refused) as refused:
        site.connector.send(at(odd), words("one"))
    assert (refused.value.status, refused.value.code, refused.value.retry_after) == (429, "", wait)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>a proxy's page</html>",
        b'{"error": "words"}',
        b'{"error": {"code": ["a", "b"]}}',
        b'{"error": {"code": "words of\\nno code"}}',
        b"[]",
        b"\xff",
    ],
)
def test_what_is_no_code_is_none(site: Site, odd: OddServer, body: bytes) -> None:
    odd.says = (403, {}, body)
    with pytest.raises(Refused) as refused:
        site.connector.send(at(odd), words("one"))
    assert (refused.value.status, refused.value.code) == (403, "")


@pytest.mark.parametrize("status", [301, 302, 307])
def test_nobody_is_followed_to_another_address(site: Site, odd: OddServer, nurse: Person, status: int) -> None:
    odd.says = (status, {"Location": site.standin.service_url}, b"")
    with pytest.raises(Refused) as refused:
        site.connector.send(at(odd), words("one"))
    assert refused.value.status == status and site.standin.calls == []


@pytest.mark.parametrize("body", [b"", b"words", b"[]", b'{"id": null}', b"{}", b'{"id": "DO_NOT_USE_PLACEHOLDER_ID"}'])
def test_an_answer_without_an_id_is_taken_for_a_yes(site: Site, odd: OddServer, body: bytes) -> None:
    odd.says = (201, {}, body)
    assert site.connector.send(at(odd), words("one")) == ""


def test_a_chat_without_an_id_was_perhaps_begun(site: Site, odd: OddServer) -> None:
    odd.says = (201, {}, json.dumps({}).encode())
    with pytest.raises(Broke):
        site.connector.open_chat(at(odd).service, site.tenant.id, "29:x")


def test_what_comes_drop_by_drop_is_left_in_time(site: Site) -> None:
    """Each drop comes in time, the whole does not."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drips() -> None:
            line, _ = listening.accept()
            with line:
                line.recv(65536)
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                try:
                    for _ in range(50):
                        time.sleep(0.1)
                        line.sendall(b" ")
                except OSError:
                    return

        dripping = threading.Thread(target=drips)
        dripping.start()
        began = time.monotonic()
        with pytest.raises(Broke):
            site.connector.send(Place(f"http://127.0.0.1:{listening.getsockname()[1]}/", "a"), words("one"))
        assert time.monotonic() - began < SOON + 1.5
        dripping.join()


# Its end


def test_a_connector_that_is_closed_sends_nothing(site: Site, nurse: Person) -> None:
    threads = threading.active_count()
    site.connector.send(site.chat(nurse), words("one"))
    site.connector.close()
    site.connector.close()
    with pytest.raises(NotReached):
        site.connector.send(site.chat(nurse), words("two"))
    assert shown(nurse) == ["one"]
    site.standin.wait_for(lambda: threading.active_count() <= threads)


def test_what_is_under_way_at_the_end_gets_its_answer(site: Site, nurse: Person) -> None:
    site.standin.faults.hang(0.3, route="send", taken=True)
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(pytest.raises, Broke, site.connector.send, site.chat(nurse), words("one"))
        site.standin.wait_for(lambda: site.standin.called("POST", "/activities"))
        site.connector.close()
        sending.result(5)
