"""The mail server's address as it is written in settings: read right, or refused with words that tell no password."""

from pathlib import Path

import pytest

from bot.mail.smtp import Server, read_url
from tests.bot.mail.office import a_certificate


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.ours.example", Server("mail.ours.example", 587)),
        ("smtps://mail.ours.example", Server("mail.ours.example", 465, tls="smtps")),
        ("smtp://mail.ours.example:2525/", Server("mail.ours.example", 2525)),
        (
            "smtp://unit%40ours.example:a%2Fb%23%3F%25@mail.ours.example",
            Server("mail.ours.example", 587, "unit@ours.example", "a/b#?%"),
        ),
        ("smtp://localhost:1025?tls=none", Server("localhost", 1025, tls="none")),
        ("smtp://127.0.0.9:25?tls=none", Server("127.0.0.9", 25, tls="none")),
        ("smtp://[::1]:25?tls=none", Server("::1", 25, tls="none")),
        (" SMTP://Mail.Ours.example ", Server("mail.ours.example", 587)),
    ],
)  # fmt: skip
def test_an_address_is_read(url: str, server: Server) -> None:
    assert read_url(url) == server


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "is no mail server's address"),
        ("mail.ours.example", "is no mail server's address"),
        ("mail.ours.example:25", "is no mail server's address"),
        ("https://mail.ours.example", "is no mail server's address"),
        ("smtp://", "is no mail server's address"),
        ("smtp://:25", "is no mail server's address"),
        ("smtp://mail.ours.example:many", "is no mail server's address"),
        ("smtp://mail.ours.example:0", "is no mail server's address"),
        ("smtp://mail.ours.example:70000", "is no mail server's address"),
        ("smtp://[::1", "is no mail server's address"),
        ("smtp://mail..ours.example", "is no mail server's address"),
        ("smtp://mail.ours\r\n.example", "is no mail server's address"),
        ("smtp://mail.ours.example/box", "%2F"),
        ("smtp://unit:pa#hidden@mail.ours.example", "%23"),
        ("smtp://unit:pa?hidden@mail.ours.example", "%3F"),
        ("smtp://unit:pa/hidden@mail.ours.example", "%2F"),
        ("smtp://unit@mail.ours.example", "without a password"),
        ("smtp://:hidden@mail.ours.example", "without a password"),
        ("smtp://unit:hidden%C3%A9@mail.ours.example", "ASCII"),
        ("smtp://unit:hidden%0D%0AX@mail.ours.example", "ASCII"),
        ("smtp://mail.ours.example?tls=none", "on this machine only"),
        ("smtp://10.0.0.1?tls=none", "on this machine only"),
        ("smtp://localhost?tls=maybe", "unknown value for tls"),
        ("smtps://localhost?tls=none", "unknown value for tls"),
        ("smtp://mail.ours.example?verify=no", "unknown option"),
        ("smtp://mail.ours.example?ca=/nowhere/ca.pem", "certificates"),
        ("smtp://mail.ours.example?ca=", "certificates"),
    ],
)
def test_a_wrong_address_is_refused_with_words_that_tell_no_password(url: str, words: str) -> None:
    with pytest.raises(ValueError) as refused:
        read_url(url)
    assert words in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_certificates_of_one_s_own_are_named_by_file(tmp_path: Path) -> None:
    certificate = a_certificate(tmp_path)
    assert read_url(f"smtp://mail.ours.example?ca={certificate.file}").ca == str(certificate.file)


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(ValueError, match="certificates"):
        read_url(f"smtp://mail.ours.example?ca={tmp_path / 'empty.pem'}")


def test_a_server_printed_anywhere_shows_no_password() -> None:
    assert "hidden" not in repr(read_url("smtp://unit:hidden@mail.ours.example"))
