"""Incidents at the shell: nothing of them is shown to whoever has the machine."""

import pytest

from tests.bot.conftest import Shell


@pytest.mark.parametrize("words", [(), ("TEST-1",), ("TEST-1", "--to", "record.docx"), ("a", "child", "called")])
def test_no_record_is_made_at_the_shell_whatever_is_asked_and_where_it_is_had_is_said(
    shell: Shell, words: tuple[str, ...]
) -> None:
    said = shell("incident", "record", *words)
    assert said.code == 1 and said.out == ""
    assert "incident record REFERENCE" in said.err and "TEST-1" not in said.err and "called" not in said.err
