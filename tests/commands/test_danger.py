"""What is taken for somebody telling of a child in danger, and what is not: two tables."""

import pytest

from commands.danger import is_about_danger, speaks_of_a_child

SAID_OF_SOMEBODY = [
    "the child is being hurt",
    "my son was hit by his father",
    "a girl at our school says she has been abused",
    "baby's not breathing",
    "her toddlers are unconscious",
    "someone is hurting me",
    "people are hurting my baby",
    "he beats his little girl",
    "please call an ambulance",
]

ONE_CHILD = [
    "my baby",
    "my baby will not wake up",
    "I am worried about our little boy",
    "his three year old daughter came to us alone",
    "the girl next door says she is alone",
    "a pupil told me something",
    "an infant won't stop crying",
    "this child needs help",
    "child in danger",
    "999",
    "112!",
    "please, 999",
]

OF_OUR_WORK = [
    "our children's services lead",
    "our child protection conference",
    "this child death review panel",
    "children and young people's board",
    "the children's partnership is late with its papers",
    "the child safeguarding practice review",
    "who reviews 999 calls next month",
    "meeting next cdop",
    "",
]

BEHIND_A_KNOWN_WORD = [
    "action add Review the child abuse policy for Chief Nurse",
    "action add Read the neglect strategy of the children's board",
    "action add Our children's homes: list of named nurses",
    "action add Note the missing children protocol",
    "people cover lado by Chief Nurse until 14 Jan",
    "my child protection lead",
]


@pytest.mark.parametrize("text", SAID_OF_SOMEBODY)
@pytest.mark.parametrize("known_word", [True, False])
def test_what_is_said_of_somebody_is_danger_wherever_it_stands(text: str, known_word: bool) -> None:
    assert is_about_danger(text, known_word=known_word)


@pytest.mark.parametrize("text", ONE_CHILD)
def test_a_line_about_one_child_is_danger_where_no_word_of_ours_stands_before_it(text: str) -> None:
    assert is_about_danger(text, known_word=False)


@pytest.mark.parametrize("text", OF_OUR_WORK)
def test_what_our_work_is_called_is_not(text: str) -> None:
    assert not is_about_danger(text, known_word=False)


@pytest.mark.parametrize("text", BEHIND_A_KNOWN_WORD)
def test_work_about_children_can_be_entered(text: str) -> None:
    assert not is_about_danger(text, known_word=True)


def test_a_child_is_found_wherever_one_is_spoken_of() -> None:
    assert speaks_of_a_child("help Child!") and speaks_of_a_child("these children")
    assert not speaks_of_a_child("help chill") and not speaks_of_a_child("")
