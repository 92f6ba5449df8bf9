"""The stand-in Teams: each way in which it can be made to fail."""

import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.standins.teams.small_bot import Stage, stage, text


@pytest.fixture
def teams() -> Iterator[Stage]:
    with stage() as teams:
        yield teams


def _send(teams: Stage, timeout: float = 5.0) -> httpx.Response:
    url = f"{teams.standin.service_url}v3/conversations/{teams.nurse.chat.id}/activities"
    headers = {"Authorization": f"Bearer {teams.standin.token()}"}
    return httpx.post(url, json=text("Good day"), headers=headers, timeout=timeout)


def _said(teams: Stage) -> int:
    """How many messages have got through."""
    return len(teams.nurse.told())


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "BotNotInConversationRoster"),
        (404, "ConversationNotFound"),
        (412, "PreconditionFailed"),
        (413, "MessageSizeTooBig"),
        (429, "Throttled"),
        (500, "ServiceError"),
        (502, "ServiceError"),
        (503, "ServiceError"),
        (504, "ServiceError"),
    ],
)
def test_a_status_comes_once_with_its_code_and_nothing_has_happened(teams: Stage, status: int, code: str) -> None:
    teams.standin.faults.next(status)
    answer = _send(teams)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "Retry-After" not in answer.headers
    assert _said(teams) == 0
    assert _send(teams).status_code == 201


def test_a_status_comes_with_another_code_and_a_time_to_wait(teams: Stage) -> None:
    teams.standin.faults.next(403, "MessageWritesBlocked")
    teams.standin.faults.next(429, retry_after=17)
    teams.standin.faults.next(429, retry_after="Wed, 21 Oct 2026 07:28:00 GMT")
    assert _send(teams).json()["error"]["code"] == "MessageWritesBlocked"
    assert [_send(teams).headers["Retry-After"] for _ in range(2)] == ["17", "Wed, 21 Oct 2026 07:28:00 GMT"]


def test_a_status_can_come_although_it_has_happened(teams: Stage) -> None:
    teams.standin.faults.next(504, times=2, taken=True)
    assert [_send(teams).status_code for _ in range(3)] == [504, 504, 201]
    assert _said(teams) == 3


def test_a_refused_token_has_a_body_of_its_own(teams: Stage) -> None:
    teams.standin.faults.next(401)
    assert set(_send(teams).json()) == {"message"}


@pytest.mark.parametrize(("taken", "said"), [(True, 1), (False, 0)])
def test_a_connection_can_be_dropped_before_or_after_it_has_happened(teams: Stage, taken: bool, said: int) -> None:
    teams.standin.faults.drop(taken=taken)
    with pytest.raises(httpx.NetworkError):
        _send(teams)
    assert _said(teams) == said
    assert _send(teams).status_code == 201


@pytest.mark.parametrize(("taken", "said"), [(True, 1), (False, 0)])
def test_it_can_hang_until_the_client_gives_up(teams: Stage, taken: bool, said: int) -> None:
    teams.standin.faults.hang(60, taken=taken)
    with pytest.raises(httpx.ReadTimeout):
        _send(teams, timeout=0.2)
    assert _said(teams) == said


def test_what_hangs_ends_without_an_answer(teams: Stage) -> None:
    teams.standin.faults.hang(0.05)
    with pytest.raises(httpx.NetworkError):
        _send(teams)


@pytest.mark.parametrize("end", ["stop", "outage"])
def test_what_hangs_holds_up_neither_an_outage_nor_the_end_of_a_test(teams: Stage, end: str) -> None:
    teams.standin.faults.hang(60)

    def sends() -> None:
        with pytest.raises(httpx.HTTPError):
            _send(teams, timeout=30)

    hanging = threading.Thread(target=sends)
    hanging.start()
    teams.standin.wait_for(lambda: _said(teams))
    getattr(teams.standin, end)()
    hanging.join(5)
    assert not hanging.is_alive()


def test_an_answer_can_come_without_an_id(teams: Stage) -> None:
    teams.standin.faults.placeholder()
    answer = _send(teams)
    assert (answer.status_code, answer.json()) == (201, {})
    assert _said(teams) == 1


def test_faults_go_by_route(teams: Stage) -> None:
    chat = teams.nurse.chat.id
    id_, faults = teams.bot.sends(chat, text("Good day")), teams.standin.faults
    for route in ("update", "delete", "create", "member", "members"):
        faults.next(502, route=route)
    path = f"/v3/conversations/{chat}"
    asked = {
        "update": ("PUT", f"{path}/activities/{id_}", text("Other")),
        "create": ("POST", "/v3/conversations", {"members": [{"id": teams.nurse.id}], "tenantId": teams.tenant.id}),
        "member": ("GET", f"{path}/members/{teams.nurse.id}", None),
        "members": ("GET", f"{path}/pagedMembers", None),
        "delete": ("DELETE", f"{path}/activities/{id_}", None),
    }
    assert _send(teams).status_code == 201
    assert {route: teams.bot.asks(*each).status_code for route, each in asked.items()} == dict.fromkeys(asked, 502)
    assert {teams.bot.asks(*each).status_code for each in asked.values()} == {200, 201}


def test_a_targeted_message_has_a_route_of_its_own(teams: Stage) -> None:
    teams.standin.faults.next(502, route="targeted")
    path = f"/v3/conversations/{teams.tenant.add_channel('Board')}/activities?isTargetedActivity=true"
    targeted = text("For you") | {"recipient": {"id": teams.nurse.member}}
    assert _send(teams).status_code == 201
    assert [teams.bot.asks("POST", path, targeted).status_code for _ in range(2)] == [502, 201]


def test_keys_and_metadata_can_fail_too(teams: Stage) -> None:
    teams.standin.faults.next(500, route="keys")
    teams.standin.faults.next(503, route="metadata")
    assert [httpx.get(teams.standin.keys_url).status_code for _ in range(2)] == [500, 200]
    assert [httpx.get(teams.standin.metadata_url).status_code for _ in range(2)] == [503, 200]


def test_faults_for_all_last_until_they_are_cleared(teams: Stage) -> None:
    teams.standin.faults.next(500, times=None, route="*")
    assert [_send(teams).status_code for _ in range(3)] == [500] * 3
    teams.standin.faults.clear()
    assert _send(teams).status_code == 201


def test_in_an_outage_connections_are_refused_and_the_port_stays(teams: Stage) -> None:
    before = teams.standin.service_url
    teams.standin.outage()
    teams.standin.outage()
    for _ in range(2):
        with pytest.raises(httpx.ConnectError):
            _send(teams)
    teams.standin.outage(False)
    teams.standin.outage(False)
    assert teams.standin.service_url == before
    assert _send(teams).status_code == 201
    assert _said(teams) == 1


def test_it_can_be_stopped_in_an_outage_and_twice(teams: Stage) -> None:
    teams.standin.outage()
    teams.standin.stop()
    teams.standin.stop()
    with pytest.raises(httpx.ConnectError):
        _send(teams)


def test_every_request_is_noted(teams: Stage) -> None:
    teams.standin.faults.drop()
    with pytest.raises(httpx.NetworkError):
        _send(teams)
    assert teams.standin.calls == [("POST", f"/teams/v3/conversations/{teams.nurse.chat.id}/activities")]
    assert teams.standin.called("POST", "activities") and not teams.standin.called("PUT", "")


def test_a_request_that_breaks_off_on_its_way_is_none(teams: Stage) -> None:
    parts = urlsplit(f"{teams.standin.service_url}v3/conversations/{teams.nurse.chat.id}/activities")
    head = f"POST {parts.path} HTTP/1.1\r\nAuthorization: Bearer {teams.standin.token()}\r\nContent-Length: 100\r\n\r\n"
    with socket.create_connection((str(parts.hostname), parts.port or 0), 5) as connection:
        connection.sendall(f'{head}{{"type": "mess'.encode())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert _said(teams) == 0
    assert teams.standin.problems == []
