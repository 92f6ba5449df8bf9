"""Mistakes of shape in a definition: each a sentence with its place and what is wanted, all in one run."""

import pytest

from storage.arrangements.findings import Finding
from storage.arrangements.reading import read, read_text
from tests.storage.arrangements.small import SMALL, small


def errors_of(text: str) -> tuple[Finding, ...]:
    arrangements, findings = read_text(text)
    assert arrangements is None and not findings.open and not findings.warnings
    return findings.errors


def test_a_right_text_is_read() -> None:
    arrangements, findings = read_text(SMALL)
    assert arrangements is not None and arrangements.id == "northshire" and findings.errors == ()


@pytest.mark.parametrize(
    ("was", "written", "place", "sentence", "want"),
    [
        (
            'kind = "months", every = 2',
            'kind = "monthly", every = 2',
            "groups.cdop.cycles[0].kind",
            '"monthly" is no known kind. Did you mean "months"?',
            '"yearly"',
        ),
        (
            'kind = "months", every = 2',
            "every = 2",
            "groups.cdop.cycles[0].kind",
            '"kind" is missing.',
            '"as-required"',
        ),
        (
            'kind = "months", every = 2',
            'kind = "months", every = 0',
            "groups.cdop.cycles[0].every",
            "0 is out of range.",
            "a number of at least 1",
        ),
        (
            'kind = "months", every = 2',
            'kind = "months", evry = 2, every = 2',
            "groups.cdop.cycles[0].evry",
            '"evry" is no known key here. Did you mean "every"?',
            '"every"',
        ),
        (
            'nature = "panel"',
            'nature = "pannel"',
            "groups.cdop.nature",
            '"pannel" is not one of the words for this. Did you mean "panel"?',
            '"panel"',
        ),
        ('nature = "panel"\n', "", "groups.cdop.nature", '"nature" is missing.', "nature = ..."),
        (
            "lead_days = 7",
            'lead_days = "a week"',
            "returns.exception.lead_days",
            '"a week" should be',
            "a whole number",
        ),
        ("from = 2019-09-29", 'from = "autumn"', "from", '"autumn" should be a date.', "a date like 2026-04-01"),
        (
            "starts = 09:30:00",
            'starts = "morning"',
            "planning.groups.cdop.starts",
            '"morning" should be a time',
            "09:30",
        ),
        ("minutes = 180", "minuts = 180", "planning.groups.cdop.minuts", 'Did you mean "minutes"?', '"slot"'),
        (
            'slot = "2nd thursday"',
            'slot = "5th thursday"',
            "planning.groups.cdop.slot",
            "A slot is written like",
            "form",
        ),
        ('id = "northshire"', 'id = "North Shire"', "id", '"North Shire" is no id.', "small letters"),
        (
            "hours = 24",
            "hours = 24, days = 1",
            "pathways.serious-incident.stages.referral.due",
            "exactly one of",
            "form",
        ),
        ("format = 1", "format = 2", "format", "2 is not one of the words for this.", "1"),
        (
            'answers_to = ["executive"]',
            'answers_to = "executive"',
            "groups.officers.answers_to",
            "be a list.",
            "a list",
        ),
        (
            "section_11 = true",
            'section_11 = "perhaps"',
            "agencies.council.section_11",
            "true or false",
            "true or false",
        ),
        ('name = "Business Unit"', "name = 7", "secretariat.name", "7 should be words.", "quotation marks"),
    ],
)
def test_one_mistake_is_one_sentence_at_its_place(was: str, written: str, place: str, sentence: str, want: str) -> None:
    (error,) = errors_of(small(was, written))
    assert error.place == place
    assert sentence in error.sentence and error.sentence.endswith((".", "?"))
    assert want in error.want


def test_an_entry_without_an_id_is_placed_by_its_number() -> None:
    (error,) = errors_of(small('id = "cdop"\n', ""))
    assert (error.place, error.sentence) == ("groups[2].id", '"id" is missing.')


def test_all_mistakes_are_told_in_one_run() -> None:
    text = (
        small('nature = "panel"', 'nature = "pannel"').replace("every = 2", "every = 20").replace("lead = ", "led = ")
    )
    places = [error.place for error in errors_of(text)]
    assert places == [
        "groups.cdop.cycles[0].every",
        "groups.cdop.nature",
        "partners.council.lead",
        "partners.council.led",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("format = 1\nname = \nid = 2\n", "line 2"),
        ('format = 1\nname = "x"\nname = "y"\n', "line 3"),
        ('format = 1\nname = "never closed', "line 2"),
    ],
)
def test_a_text_that_is_no_toml_is_one_error_with_its_line(text: str, line: str) -> None:
    (error,) = errors_of(text)
    assert error.place == line and line in error.sentence


def test_an_empty_definition_names_everything_that_it_needs() -> None:
    _, findings = read({})
    assert {error.place for error in findings.errors} == {"format", "from", "id", "name", "secretariat", "short"}
