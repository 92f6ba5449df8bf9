"""Teams over HTTP: sizes, methods, many at once, and what happens when taking an activity goes wrong."""

import http.client
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from bot.teams.activities import Activity
from bot.teams.http import AT_ONCE, LARGEST, Reply
from bot.teams.library import PATH
from tests.standins.teams import ODD, Person

from .listening import Line, a_line, everything_logged, held

WORDS = "the-words-that-somebody-wrote"


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    """The real clock: tokens are as old as it says."""
    yield


@pytest.fixture(scope="module")
def _line() -> Iterator[Line]:
    with a_line() as opened:
        opened.library.warm()
        yield opened


@pytest.fixture
def line(_line: Line) -> Line:
    """The line, with nothing taken yet."""
    _line.taken.clear()
    _line.fails, _line.meanwhile, _line.reply = None, None, Reply()
    return _line


@pytest.fixture(scope="module")
def nurse(_line: Line) -> Person:
    return _line.person()


# What is answered


def test_the_answer_of_a_press_goes_back_as_json(line: Line, nurse: Person) -> None:
    line.reply = Reply(body={"statusCode": 200, "value": "Thank you"})
    assert line.standin.post(line.standin.message(nurse, WORDS)) == (200, {"statusCode": 200, "value": "Thank you"})


def test_an_answer_without_a_body_is_empty(line: Line, nurse: Person) -> None:
    line.reply = Reply(status=501)
    assert line.standin.post(line.standin.message(nurse, WORDS)) == (501, None)


@pytest.mark.parametrize("kind", ODD)
def test_odd_activities_are_taken_like_others(line: Line, nurse: Person, kind: str) -> None:
    receipt = line.standin.odd(kind, nurse)
    assert receipt.status == 200 and len(line.taken) == 1


def test_what_no_database_takes_is_taken_out_of_words(line: Line, nurse: Person) -> None:
    said = line.standin.message(nurse, "a\0b \ud83d c") | {"value": {"k\0ey": ["\udc00", {"x": "\0"}]}}
    assert line.standin.post(said)[0] == 200
    [taken] = line.taken
    assert (taken.text, taken.value) == ("ab ? c", {"key": ["?", {"x": ""}]})


def test_an_error_of_ours_is_answered_without_a_word_and_logged_without_content(
    line: Line, nurse: Person, caplog: pytest.LogCaptureFixture
) -> None:
    line.fails = ValueError(f"it was {WORDS}")
    with everything_logged(caplog) as stream:
        assert line.standin.post(line.standin.message(nurse, WORDS)) == (500, None)
    [record] = [each for each in caplog.records if each.name == "bot.teams.http"]
    assert record.levelno == logging.ERROR and len(record.__dict__["error"]) == 12
    assert record.__dict__["trace"][-1] == "ValueError" and any("take" in each for each in record.__dict__["trace"])
    assert WORDS not in held(caplog, stream)
    line.fails = None
    assert line.standin.post(line.standin.message(nurse, WORDS))[0] == 200  # brought once more, it is taken


# What is asked


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_post_does_anything(line: Line, nurse: Person, method: str) -> None:
    body = json.dumps(line.standin.message(nurse, WORDS)).encode()
    headers = {"Authorization": f"Bearer {line.standin.sign()}", "Content-Type": "application/json"}
    assert line.posts(body, headers, method)[0] == 404
    assert line.posts(body, headers)[0] == 200 and len(line.taken) == 1


def test_the_name_of_the_header_and_the_kind_of_content_do_not_matter(line: Line, nurse: Person) -> None:
    body = json.dumps(line.standin.message(nurse, WORDS)).encode()
    assert line.posts(body, {"AUTHORIZATION": f"Bearer {line.standin.sign()}"})[0] == 200


def test_a_token_in_the_address_is_none(line: Line, nurse: Person) -> None:
    body = json.dumps(line.standin.message(nurse, WORDS)).encode()
    connection = http.client.HTTPConnection("127.0.0.1", line.server.port, timeout=10)
    connection.request("POST", f"{PATH}?authorization=Bearer%20{line.standin.sign()}", body)
    assert connection.getresponse().status == 401
    connection.close()


# What is too large


def until_the_end(opened: socket.socket) -> bytes:
    found = b""
    try:
        while piece := opened.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found


def test_what_says_that_it_is_huge_is_refused_before_it_comes(line: Line) -> None:
    with socket.create_connection(("127.0.0.1", line.server.port), timeout=10) as opened:
        head = f"POST {PATH} HTTP/1.1\r\nHost: bot\r\nContent-Length: {LARGEST + 1}\r\n\r\n"
        opened.sendall(head.encode() + b"x" * 100)
        assert until_the_end(opened).startswith(b"HTTP/1.1 413 ")


def test_what_does_not_say_how_large_it_is_is_refused_once_it_is_too_large(line: Line) -> None:
    """It is a stream that never ends: the answer comes all the same."""
    with socket.create_connection(("127.0.0.1", line.server.port), timeout=10) as opened:
        opened.sendall(f"POST {PATH} HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        piece = b"%x\r\n%s\r\n" % (100_000, b"x" * 100_000)
        for _ in range(LARGEST // 100_000 + 2):
            opened.sendall(piece)
        assert opened.recv(20).startswith(b"HTTP/1.1 413 ")


def test_what_is_as_large_as_allowed_is_taken(line: Line, nurse: Person) -> None:
    said = line.standin.message(nurse, "")
    said["text"] = "x" * (LARGEST - len(json.dumps(said)) - 100)
    assert line.standin.post(said)[0] == 200 and len(line.taken[0].text) == len(said["text"])


# Many at once


def test_twenty_at_once_do_not_wait_for_one_another_and_others_are_answered_meanwhile(
    line: Line, nurse: Person
) -> None:
    together = threading.Barrier(AT_ONCE + 1)
    line.meanwhile = lambda: together.wait(20)
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(line.standin.post(line.standin.message(nurse, WORDS))[0]))
        for _ in range(AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    line.standin.wait_for(lambda: len(line.taken) == AT_ONCE, 20)
    connection = http.client.HTTPConnection("127.0.0.1", line.server.port, timeout=10)
    connection.request("GET", "/elsewhere")
    assert connection.getresponse().status == 404
    connection.close()
    together.wait(20)
    for thread in threads:
        thread.join(20)
    assert found == [200] * AT_ONCE


def test_a_key_server_that_hangs_keeps_nobody_else_waiting() -> None:
    with a_line() as cold:
        nurse = cold.person()
        cold.standin.faults.hang(2, route="keys")
        waits = threading.Thread(target=cold.standin.post, args=(cold.standin.message(nurse, WORDS),))
        waits.start()
        cold.standin.wait_for(lambda: cold.standin.called("GET", "/keys"))
        began = time.monotonic()
        assert cold.posts(b"{}", {})[0] == 401
        assert time.monotonic() - began < 1.5
        waits.join()


def test_activities_are_handed_over_as_they_were_read(line: Line, nurse: Person) -> None:
    said = line.standin.message(nurse, WORDS)
    line.standin.post(said)
    [taken] = line.taken
    assert isinstance(taken, Activity) and (taken.id, taken.user, taken.text) == (said["id"], nurse.id, WORDS)


def test_while_microsofts_keys_cannot_be_had_teams_is_asked_to_come_again() -> None:
    with a_line() as cold:
        nurse = cold.person()
        cold.standin.faults.next(status=500, route="keys", times=1)
        assert cold.standin.post(cold.standin.message(nurse, WORDS))[0] == 503
        assert cold.taken == []
        assert cold.posts(b"{}", {})[0] == 401  # who shows no token is nobody, keys or not
