"""What comes of the answers of the seats that decide: nobody is outvoted, and a silent seat agrees to nothing."""

import pytest

from storage.arrangements.decisions import counted, result

A, R, D, S, N = "agree", "reservation", "disagree", "abstain", ""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([A, A, A], "agreed"),
        ([A, R, A], "agreed"),
        ([R], "agreed"),
        ([A, S, S], "agreed"),
        ([A] * 8 + [D], "not agreed"),
        ([D, N, N], "not agreed"),
        ([A, A, N], "not settled"),
        ([S, S, S], "not settled"),
        ([N], "not settled"),
        ([], "not settled"),
    ],
)
def test_it_is_agreed_where_every_seat_has_answered_and_none_disagrees(said: list[str], expected: str) -> None:
    assert result(said, recommends=False) == expected


def test_what_a_body_that_only_recommends_agrees_on_is_recommended() -> None:
    assert result([A, R], recommends=True) == "recommended"
    assert result([A, D], recommends=True) == "not agreed"
    assert result([A, N], recommends=True) == "not settled"


def test_answers_are_counted_by_seat_and_silence_is_counted_too() -> None:
    said = {"a": "disagree", "b": "agree", "c": "", "d": "agree"}
    assert counted(said) == {"agree": 2, "disagree": 1, "": 1}
