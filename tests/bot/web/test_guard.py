"""What stands around every page: sizes, kinds, rates, headers, and a log without anybody's address in it."""

import http.client
import logging
import socket
from contextlib import closing

import pytest

from bot.web import guard
from bot.web.asking import LARGEST
from bot.web.guard import POLICY, Rates, asks_from, is_section, shape
from tests.offices import Office
from tests.scenarios.web import FORM, Site, a_site

LEAD = "director-childrens-services"
CANARY = "Canary Mc Canary of 12 Canary Street"


def asks(
    site: Site, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", site.server.port, timeout=30)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response, text


def path_of(site: Site) -> str:
    return site.letter(LEAD).url.removeprefix(site.url)


def test_a_body_that_is_too_long_is_refused_with_a_sentence_before_it_is_read(site: Site) -> None:
    for path in (path_of(site), f"/notify/{site.office.partnership}"):
        response, text = asks(site, "POST", path, b"x=" + b"a" * LARGEST, {"Content-Type": FORM})
        assert response.status == 413
        assert "too long for this page" in text and "ring 999" in text


def test_a_body_that_does_not_say_how_long_it_is_is_cut_off_too(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.server.port, timeout=30)
    with closing(connection):
        connection.putrequest("POST", path_of(site))
        connection.putheader("Content-Type", FORM)
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        for size in (LARGEST, 1):  # and no end: nothing is under way that could break off the answer
            connection.send(b"%x\r\n%b\r\n" % (size, b"a" * size))
        with connection.getresponse() as response:
            assert response.status == 413


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("multipart/form-data; boundary=x", "No files can be sent here"),
        ("application/json", "only its own form"),
        ("text/plain", "only its own form"),
        ("", "only its own form"),
    ],
)
def test_files_and_whatever_else_is_no_form_of_ours_are_refused_with_a_sentence(
    site: Site, kind: str, words: str
) -> None:
    response, text = asks(site, "POST", path_of(site), b"--x", {"Content-Type": kind})
    assert response.status == 415
    assert words in text


@pytest.mark.parametrize("body", [b"a=%ff%fe", b"\xff\xfe=1", b"&".join(b"a=1" for _ in range(400))])
def test_a_form_that_cannot_be_read_is_refused_with_a_sentence(site: Site, body: bytes) -> None:
    response, text = asks(site, "POST", path_of(site), body, {"Content-Type": FORM})
    assert response.status == 400
    assert "could not be read" in text


@pytest.mark.parametrize("path", ["/l/nonsense", "/notify/nowhere", "/assets/convenor.js", "/nothing", "/", "LINK"])
def test_every_answer_has_the_strict_headers(site: Site, path: str) -> None:
    response, _ = asks(site, "GET", path_of(site) if path == "LINK" else path)
    assert response.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY and "frame-ancestors 'none'" in POLICY and "form-action 'self'" in POLICY
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert response.headers["X-Frame-Options"] == "DENY"
    if not path.startswith("/assets"):
        assert response.headers["Cache-Control"] == "no-store"
    assert "server" not in response.headers


def test_no_page_has_a_script_or_a_style_within_it_or_loads_anything_from_elsewhere(site: Site) -> None:
    for path in (path_of(site), "/l/nonsense", f"/notify/{site.office.partnership}"):
        _, text = asks(site, "GET", path)
        assert "<style" not in text and "style=" not in text and "onclick" not in text and "javascript:" not in text
        assert text.count("<script") == 1 and 'src="/assets/convenor.js"' in text
        assert "http://" not in text and "https://" not in text


def test_the_cookie_is_kept_from_scripts_and_from_other_sites_and_by_https_from_other_hosts(office: Office) -> None:
    with a_site(office) as site:
        response, _ = asks(site, "GET", path_of(site))
        assert "HttpOnly" in response.headers["Set-Cookie"] and "SameSite=strict" in response.headers["Set-Cookie"]
    with a_site(office, base_url="https://ours.example") as site:
        path = site.letter(LEAD).url.removeprefix("https://ours.example")
        response, _ = asks(site, "GET", path)
        cookie = response.headers["Set-Cookie"]
        assert cookie.startswith("__Host-") and "Secure" in cookie and "Path=/" in cookie
        assert response.headers["Strict-Transport-Security"]


def test_the_access_log_holds_shapes_and_numbers_and_neither_tokens_nor_what_was_sent(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = path_of(site).removeprefix("/l/")
    asks(site, "GET", f"/l/{token}")
    asks(site, "POST", f"/l/{token}", f"answer={CANARY}&code=123456".encode(), {"Content-Type": FORM})
    asks(site, "GET", f"/l/{token}?q={'Canary'}")
    asks(site, "GET", "/Canary/street")
    asks(site, "POST", f"/notify/{site.office.partnership}", b"words=Canary", {"Content-Type": FORM})
    held = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "answered GET /l/{token}: 200" in held and "answered POST /l/{token}: 422" in held
    assert "answered GET /...: 404" in held
    for secret in (token, token[:20], "Canary", "123456", "127.0.0.1"):
        assert secret not in held


def test_what_breaks_has_a_number_for_people_and_its_trace_in_the_log_without_a_word_of_it(
    site: Site, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    path = path_of(site)
    with office.runner.store.writing() as session:
        session.connection().exec_driver_sql("DROP TABLE link")
    response, text = asks(site, "GET", f"{path}")
    assert response.status == 500
    [error] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert str(error.__dict__["error"]) in text
    assert "ring 999" in text
    assert path not in caplog.text and "DROP" not in caplog.text


# Rates


def test_a_bucket_gives_so_much_at_once_and_fills_again() -> None:
    at = [0.0]
    rates = Rates(3, 0.5, lambda: at[0])
    assert [rates.allows("a") for _ in range(5)] == [True, True, True, False, False]
    assert rates.allows("b")
    at[0] = 2.0
    assert [rates.allows("a") for _ in range(2)] == [True, False]
    at[0] = 1000.0
    assert [rates.allows("a") for _ in range(4)] == [True, True, True, False]


def test_only_so_many_addresses_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_KNOWN", 5)
    rates = Rates(1, 0, lambda: 0.0)
    for number in range(20):
        assert rates.allows(str(number))
    assert len(rates._left) == 5


def test_one_address_that_sends_forms_too_often_is_asked_to_wait(office: Office) -> None:
    with a_site(office) as site:
        body = b"x=1"
        seen = [asks(site, "POST", f"/l/{n}", body, {"Content-Type": FORM})[0] for n in range(34)]
        assert [each.status for each in seen[:28]] == [410] * 28
        assert seen[-1].status == 429
        assert seen[-1].headers["Retry-After"] == "60"
        assert asks(site, "GET", "/l/nonsense")[0].status == 410


@pytest.mark.parametrize(
    ("client", "forwarded", "behind_proxy", "who"),
    [
        ("192.0.2.1", "198.51.100.7", False, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9, 198.51.100.7", True, "198.51.100.7"),
        ("192.0.2.1", "", True, "192.0.2.1"),
        ("192.0.2.1", "not an address", True, "unknown"),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "", False, "192.0.2.1"),
    ],
)
def test_who_asks_is_told_by_the_proxy_only_where_a_setting_says_that_there_is_one(
    client: str, forwarded: str, behind_proxy: bool, who: str
) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    scope = {"type": "http", "client": (client, 1), "headers": headers}
    assert asks_from(scope, behind_proxy=behind_proxy) == who


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/l/abc", "/l/{token}"),
        ("/l/abc/word", "/l/{token}"),
        ("/notify/ourshire", "/notify/{partnership}"),
        ("/assets/x.css", "/assets/{file}"),
        ("/Canary", "/..."),
        ("/", "/..."),
    ],
)
def test_the_shape_of_a_path_tells_nothing_of_what_stands_in_it(path: str, said: str) -> None:
    assert shape({"path": path}) == said


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("/l/abc/section/progress", True),
        ("/l/abc/section", False),
        ("/l/abc/check", False),
        ("/notify/l/section/x", False),
        ("/l/abc/section/progress/more", False),
    ],
)
def test_only_a_section_of_a_report_may_be_sent_in_as_often_as_somebody_writes(path: str, is_one: bool) -> None:
    assert is_section({"path": path}) is is_one


def test_sections_are_counted_apart_from_other_forms(office: Office) -> None:
    with a_site(office) as site:
        body, headers = b"x=1", {"Content-Type": FORM}
        seen = [asks(site, "POST", f"/l/{n}/section/x", body, headers)[0].status for n in range(60)]
        assert seen == [410] * 60
        assert asks(site, "POST", "/l/1", body, headers)[0].status == 410


def test_a_form_that_never_arrives_holds_nobody_else_up(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.server.port)) as slow:
        slow.sendall(f"POST /l/x HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 10\r\n\r\na".encode())
        assert asks(site, "GET", "/l/nonsense")[0].status == 410
