"""What a look at a whole definition finds: one broken definition for each kind of mistake, and many at once."""

import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from storage.arrangements.checks import check, check_mapping, check_text
from storage.arrangements.findings import Finding, Findings
from tests.storage.arrangements.small import SMALL, arrangements, pack, small

LADDER = next(line for line in SMALL.splitlines(keepends=True) if line.startswith("ladder = "))
PATH = "pathways.serious-incident"
LOOP = 'cycles = [{ kind = "before", group = "officers", days = 7 }]'

FORMS = {"report": (), "theirs": ("elsewhere",)}
"""Forms that come with Convenor, for these tests: anybody's, and one of another partnership."""


def places(findings: Findings) -> list[str]:
    return [error.place for error in findings.errors]


def test_in_the_small_partnership_nothing_is_wrong_open_or_doubtful() -> None:
    assert check(arrangements(), pack()) == Findings()
    assert check_text(SMALL, pack()) == Findings()


@pytest.mark.parametrize(
    ("was", "written", "place", "sentence"),
    [
        # Names of things that are not declared.
        ('lead = "director"', 'lead = "directer"', "partners.council.lead", 'is no post.*Did you mean "director"'),
        ('agency = "council"\nlead', 'agency = "county"\nlead', "partners.council.agency", "is no agency"),
        ('business_manager = "manager"', 'business_manager = "boss"', "secretariat.business_manager", "is no post"),
        ('chair = "manager"', 'chair = "nobody"', "groups.officers.chair", "is no post"),
        ('parent = "executive"', 'parent = "exec"', "groups.officers.parent", "is no group"),
        ('answers_to = ["executive"]', 'answers_to = ["board"]', "groups.officers.answers_to", "is no group or body"),
        ('post = "manager", cap', 'post = "clerk", cap', "groups.executive.seats[1].post", '"clerk" is no post'),
        ('group = "executive", days', 'group = "exec", days', "groups.officers.cycles[0].group", "is no group"),
        ('from_groups = ["cdop"]', 'from_groups = ["cdp"]', "returns.exception.from_groups", 'Did you mean "cdop"'),
        ('to_group = "officers"', 'to_group = "office"', "returns.exception.to_group", "is no group"),
        ("lead_days = 7", 'lead_days = 7\ncarried_to = "board"', "returns.exception.carried_to", "is no group"),
        ("lead_days = 7", 'lead_days = 7\napproved_by = "board"', "returns.exception.approved_by", "is no post"),
        ("lead_days = 7", 'lead_days = 7\nform = "reprot"', "returns.exception.form", 'Did you mean "report"'),
        ("lead_days = 7", 'lead_days = 7\nform = "theirs"', "returns.exception.form", "documents of others: elsewhere"),
        ('kept_by = "manager"', 'kept_by = "clerk"', "registers.actions.kept_by", "is no post"),
        ('reviewed_at = "executive"', 'reviewed_at = "sog"', "registers.actions.reviewed_at", "is no group"),
        ('owner = "manager"\nsource', 'owner = "x"\nsource', "milestones.one-year.owner", "is no post"),
        ('handler = "manager"', 'handler = "x"', "pathways.serious-incident.handler", "is no post"),
        ('told = ["director"]', 'told = ["ofsted"]', "pathways.serious-incident.told", "is no post or body outside"),
        (
            'told = ["national-panel", "referrer"]',
            'told = ["national-pannel"]',
            "pathways.serious-incident.stages.decision.told",
            'Did you mean "national-panel"',
        ),
        (
            'owner = "director"\ntold',
            'owner = "chair"\ntold',
            "pathways.serious-incident.stages.decision.owner",
            "is no post",
        ),
        (
            'from = "decided", months',
            'from = "decidd", months',
            "pathways.serious-incident.stages.report.due",
            'is no fact of this pathway. Did you mean "decided"',
        ),
        (
            'produces = "decided"\nstatutory = "review"',
            'produces = "decided"\nstatutory = "reviews"',
            "pathways.serious-incident.stages.decision.statutory",
            'is no rule of the rule pack "test-pack"',
        ),
        (
            "hours = 24 }",
            'hours = 24 }\nlimit = { from = "x", days = 1, unit = "working" }',
            "pathways.serious-incident.stages.referral.limit",
            "is no fact",
        ),
        # Names in pathways: whom an agency answers to, kinds, tasks, conditions.
        ('senior = "chief"', 'senior = "cheif"', "partners.council.senior", 'is no post.*Did you mean "chief"'),
        ('overdue_told = ["chief"]', 'overdue_told = ["national-panel"]', f"{PATH}.overdue_told", "is no post"),
        ('decision = "x"', 'decisio = "x"', f"{PATH}.kinds.notified.not_needed", 'Did you mean "decision"'),
        (
            'name = "A child has',
            'told = ["nobody"], name = "A child has',
            f"{PATH}.kinds.harm.told",
            "is no post or body",
        ),
        (
            'when = ["disagreement"]',
            'when = ["agreement"]',
            f"{PATH}.tasks.oversight.when",
            'Did you mean "disagreement"',
        ),
        ('when = ["disagreement"]', 'unless = ["rain"]', f"{PATH}.tasks.oversight.unless", "It is one of: care-leaver"),
        ('after = "referral"', 'after = "referal"', f"{PATH}.tasks.oversight.after", 'Did you mean "referral"'),
        ('owner = "director"\nwhen', 'owner = "judge"\nwhen', f"{PATH}.tasks.oversight.owner", '"judge" is no post'),
        (
            'due_with = "decision"',
            'due_with = "oversight"',
            f"{PATH}.tasks.told.due_with",
            "is no stage of this pathway",
        ),
        (
            'if_decided = ["a review"]',
            'if_decided = ["yes"]',
            f"{PATH}.stages.report.if_decided",
            "no decision of what it",
        ),
        (
            'decides = ["a review"',
            'waits_for = "moon"\ndecides = ["a review"',
            f"{PATH}.stages.decision.waits_for",
            "no fact",
        ),
        (
            'decides = ["a review"',
            'starts = ["cdr"]\ndecides = ["a review"',
            f"{PATH}.stages.decision.starts",
            "is no pathway",
        ),
        (
            'decides = ["a review"',
            'overdue_told = ["boss"]\ndecides = ["a review"',
            f"{PATH}.stages.decision.overdue_told",
            "is no post",
        ),
        (
            'decides = ["a review"',
            'raises = { "perhaps" = "criminal" }\ndecides = ["a review"',
            f"{PATH}.stages.decision.raises",
            '"perhaps" is no decision that is chosen here',
        ),
        (
            'decides = ["a review"',
            'raises = { "no review" = "crime" }\ndecides = ["a review"',
            f"{PATH}.stages.decision.raises",
            '"crime" is no fact of a case that is ticked',
        ),
        ('id = "oversight"', 'id = "report"', f"{PATH}.stages.report", "stands 2 times in stages and tasks"),
        ('{ id = "notified"', '{ id = "harm"', f"{PATH}.kinds.harm", "stands 2 times in this list"),
        ('{ id = "minutes", name', '{ id = "call", name', f"{PATH}.referral.checks.call", "stands 2 times"),
        ("[planning.groups.cdop]", "[planning.groups.cdp]", "planning.groups.cdp", 'Did you mean "cdop"'),
        (
            "[planning.groups.cdop]",
            '[planning.outside.forum]\nname = "F"\nwhy = "w"\n[planning.groups.cdop]',
            "planning.outside.forum",
            "No group meets beside",
        ),
        # Ids and words that stand twice.
        ('id = "manager"', 'id = "director"', "posts.director", "stands 2 times in posts and bodies"),
        ('id = "national-panel"', 'id = "director"', "posts.director", "stands 2 times in posts and bodies"),
        ('aliases = ["CDOP"]', 'aliases = ["Executive"]', "groups.cdop", 'a word for "executive" as well as'),
        (
            'id = "received"',
            'id = "decided"',
            "pathways.serious-incident.facts.decided",
            "stands 2 times in this list",
        ),
        # Circles.
        ('cycles = [{ kind = "yearly", times = 4 }]', LOOP, "groups.executive.cycles", "wait for each other's dates"),
        ('parent = "executive"', 'parent = "officers"', "groups.officers.parent", "stands above itself"),
        (
            'name = "the form is received"',
            'name = "the form is received"\nstands_in = "decided"',
            "pathways.serious-incident.facts.decided",
            '"decided" needs "received" needs "decided"',
        ),
        (
            'decides = ["a review"',
            'after = "report"\ndecides = ["a review"',
            f"{PATH}.stages.decision.after",
            '"decision" waits for "report" waits for "decision"',
        ),
        (
            'owner = "referrer"',
            'owner = "referrer"\nwaits_for = "received"',
            f"{PATH}.stages.referral.after",
            '"referral" waits for "referral"',
        ),
        (
            'decides = ["a review"',
            'starts = ["serious-incident"]\ndecides = ["a review"',
            f"{PATH}.stages",
            '"serious-incident" starts "serious-incident"',
        ),
        # Reports that nobody owes, or that have two times.
        ('from_groups = ["cdop"]\n', "", "returns.exception", "Nobody owes Exception report"),
        ("lead_days = 7", "lead_days = 7\nmonth = 5", "returns.exception.lead_days", "as well as once a year"),
        ("lead_days = 7", "lead_days = 7\nyearly = true", "returns.exception.lead_days", "as well as once a year"),
        ('to_group = "officers"\n', "", "returns.exception.lead_days", "before whose meetings"),
        ("lead_days = 7", "lead_days = 7\nby_hand = true", "returns.exception.by_hand", "opened by hand only"),
        ("lead_days = 7", "lead_days = 7\nfirst_year = 2027", "returns.exception.first_year", "not counted in years"),
        ("lead_days = 7", 'lead_days = 7\ncarried_to = "officers"', "returns.exception.carried_to", "has it already"),
        ("lead_days = 7", 'lead_days = 7\ncarried_by = "manager"', "returns.exception.carried_by", "carried to"),
        # Rules that cannot be kept.
        ('senior = "chief"', 'senior = "director"', "partners.council.senior", "cannot be told that nobody answered"),
        ('after = "decision"\nif_decided', "if_decided", f"{PATH}.stages.report.if_decided", "nothing says on which"),
        (
            'when = ["disagreement"]',
            'when = ["disagreement"]\nunless = ["disagreement"]',
            f"{PATH}.tasks.oversight.unless",
            "is not needed where it does",
        ),
        ('["a review", "no review"]', '["a review", "a review"]', f"{PATH}.stages.decision.decides", "stands 2 times"),
        (', report = "x"', "", f"{PATH}.kinds.notified.not_needed", 'depends on "decision", which this kind does not'),
        ('report = "x"', 'report = ""', f"{PATH}.kinds.notified.not_needed", "Nothing says why"),
        ("call = true", "call = false", f"{PATH}.dial_in", "nobody would see how to join it"),
        ('how = "ring", minutes', 'how = "again", minutes', f"{PATH}.ladder", "human with a telephone number"),
        ("months = [4, 7, 10, 1]", "months = [4, 5, 10, 1]", "planning.groups.executive.months", "not one in each"),
        (
            "months = [4, 7, 10, 1]",
            "months = [4, 7, 10]",
            "planning.groups.executive.months",
            "3 months are chosen for 4",
        ),
        ("months = [4, 7, 10, 1]", "months = [4, 7, 10, 13]", "planning.groups.executive.months", "13 is no month"),
        (
            'slot = "2nd tuesday"',
            'slot = ["2nd tuesday", "last friday"]',
            "planning.groups.executive.slot",
            "2 slots are chosen for 4 months",
        ),
        (
            "every = 2 }]\npapers = { days = 7 }",
            "every = 2 }]\npapers = { days = 60 }",
            "groups.cdop.papers.days",
            "fall before the previous meeting",
        ),
        ("days = 28 }", "days = 90 }", "groups.officers.cycles[0].days", "lie before its previous meeting"),
        ("times = 4 }", "times = 4, at_least = 6, at_most = 5 }", "groups.executive.cycles[0].at_least", "both hold"),
        ("times = 4 }", "times = 4, at_least = 5 }", "groups.executive.cycles[0].at_least", "fewer than the 5"),
        (
            "every = 2 }",
            "every = 2, from = 2020-02-01, until = 2020-01-31 }",
            "groups.cdop.cycles[0].until",
            "ends on 2020-01-31 before it begins on 2020-02-01",
        ),
        (
            "every = 2 }",
            'every = 2, until = 2020-09-28 }, { kind = "months", every = 3, from = 2020-09-28 }',
            "groups.cdop.cycles[1]",
            "Cycles 0 and 1 are both in force from 2020-09-28 on",
        ),
        (
            "every = 2 }",
            'every = 2 }, { kind = "beside", from = 2030-01-01 }',
            "groups.cdop.cycles[1]",
            "either a group",
        ),
        ("number = 2, ", "", "groups.executive.quorum.number", "needs the number"),
        ('kind = "number", number = 2', 'kind = "fraction"', "groups.executive.quorum.percent", "needs its percentage"),
        (
            'produces = "received"\n',
            "",
            "pathways.serious-incident.facts.received",
            'Nobody produces "received"',
        ),
        ('told = ["director"]', 'told = ["director"]\npack = true', "pathways.serious-incident.pack", "not on both"),
        ('short = "Northshire"', 'short = "Northshire"\nzone = "Europe/Bath"', "zone", "is no time zone"),
    ],
)
def test_each_mistake_is_found_at_its_place(was: str, written: str, place: str, sentence: str) -> None:
    findings = check_text(small(was, written), pack(), FORMS)
    said = [error.sentence for error in findings.errors if error.place == place]
    assert any(re.search(sentence, words) for words in said), findings.errors


def test_a_report_may_be_opened_by_hand_with_nobody_who_owes_it_by_rule() -> None:
    text = small('from_groups = ["cdop"]\n', "by_hand = true\n").replace("lead_days = 7\n", "")
    assert check_text(text, pack(), FORMS).errors == ()


def test_a_form_of_the_file_itself_may_be_named_and_its_mistakes_have_a_place() -> None:
    form = """
[[forms]]
id = "ours"
name = "Ours"
source = "N §6"

[[forms.sections]]
id = "all"
title = "All"

[[forms.sections.questions]]
id = "done"
text = "What has been done"
"""
    text = small("lead_days = 7", 'lead_days = 7\nform = "ours"') + form
    assert check_text(text, pack(), FORMS) == Findings()
    assert check_text(text + form, pack(), FORMS).errors == (
        Finding("forms.ours", '"ours" stands 2 times in this list.', "an id of its own"),
    )
    wrong = check_text(f'{text}kind = "sort"\nrequierd = true\n', pack(), FORMS)
    assert [error.place for error in wrong.errors] == [
        "forms.ours.sections.all.questions.done.kind",
        "forms.ours.sections.all.questions.done.requierd",
    ]
    assert 'Did you mean "required"' in wrong.errors[1].sentence
    scale = check_text(f"{text.replace(FORM_NAME, FORM_NAME + SCALE)}", pack(), FORMS)
    assert [(one.place, "label" in one.want) for one in scale.errors] == [("forms.ours.scales.met.low.lable", True)]


FORM_NAME = 'name = "Ours"\n'
SCALE = 'scales.met = [{ id = "low", label = "Low", lable = "Low" }]\n'


def test_months_may_share_a_part_where_twelve_does_not_divide() -> None:
    eight = small("times = 4", "times = 8").replace("[4, 7, 10, 1]", "[4, 5, 7, 8, 10, 11, 1, 2]")
    assert check_text(eight, pack()).errors == ()
    crowded = small("times = 4", "times = 8").replace("[4, 7, 10, 1]", "[4, 5, 6, 7, 8, 9, 10, 11]")
    assert places(check_text(crowded, pack())) == ["planning.groups.executive.months"]


def test_rules_that_follow_each_other_do_not_overlap() -> None:
    text = small("every = 2 }", 'every = 2, until = 2020-09-28 }, { kind = "months", every = 3, from = 2020-09-29 }')
    assert check_text(text, pack()).errors == ()


def test_mistakes_of_shape_and_of_sense_are_told_in_one_run() -> None:
    text = (
        small('lead = "director"', 'lead = "directer"')
        .replace('nature = "panel"', 'nature = "pannel"')
        .replace("every = 2", "evry = 2")
        .replace("months = [4, 7, 10, 1]", "months = [4, 5, 10, 1]")
        .replace('to_group = "officers"', 'to_group = "office"')
        .replace('chair = "manager"', 'chiar = "manager"')
    )
    assert set(places(check_text(text, pack()))) == {
        "groups.cdop.nature",
        "groups.cdop.cycles[0].evry",
        "groups.cdop.cycles[0].every",
        "groups.officers.chiar",
        "partners.council.lead",
        "planning.groups.executive.months",
        "returns.exception.to_group",
    }


def test_what_could_not_be_read_is_not_reported_as_missing_too() -> None:
    broken = check_text(small('nature = "panel"', 'nature = "pannel"'), pack())
    # The panel itself is left out, yet neither the return from it nor its planning hangs in the air.
    assert places(broken) == ["groups.cdop.nature"] and broken.open == ()
    lost_stage = check_text(small('id = "decision"\nname = "Decision"', 'id = "decision"\nnam = "Decision"'), pack())
    assert all(place.startswith("pathways.serious-incident.stages.decision") for place in places(lost_stage))


def test_a_head_that_cannot_be_read_does_not_hide_the_rest() -> None:
    text = small("format = 1\n", "").replace('name = "Business Unit"\n', "").replace('kept_by = "m', 'kept_by = "n')
    assert set(places(check_text(text, pack()))) == {"format", "secretariat.name", "registers.actions.kept_by"}


def test_a_text_that_is_no_toml_is_left_at_that() -> None:
    assert places(check_text("format = \n", pack())) == ["line 1"]


@pytest.mark.parametrize(
    ("was", "written", "place", "sentence"),
    [
        ('telephone = "01234 567890"\n', "", "front_door.telephone", "telephone number is not set"),
        ('out_of_hours = "01234 567891"\n', "", "front_door.out_of_hours", "no incident pathway can be switched on"),
        ('cycles = [{ kind = "months", every = 2 }]\n', "", "groups.cdop.cycles", "do not say how often"),
        ('kind = "months", every = 2', 'kind = "unset"', "groups.cdop.cycles[0]", "do not say how often"),
        ("every = 2 }", "every = 2, proposed = true }", "groups.cdop.cycles", "only proposed"),
        ('chair = "manager"\n', "", "groups.officers.chair", "who chairs the Senior Officers Group"),
        (
            'chair = "manager"\n',
            'chair = "manager"\nchairing = { order_agreed = true }\n',
            "groups.officers.chairing.term_months",
            "its term is not stated",
        ),
        (
            'chair = "manager"\n',
            'chair = "manager"\nchairing = { term_months = 24 }\n',
            "groups.officers.chairing.order_agreed",
            "the order is not agreed",
        ),
        (
            'chair = "manager"\n',
            'chair = "manager"\noffices = [{ id = "s11", name = "Section 11 lead", post = "manager" }]\n',
            "groups.officers.offices.s11.term_months",
            "term of the Section 11 lead",
        ),
        (
            'quorum = { kind = "number", number = 2, deputies = "count", vacancies = "do not count" }\n',
            "",
            "groups.executive.quorum",
            "have no quorum for the Executive",
        ),
        (', deputies = "count"', "", "groups.executive.quorum.deputies", "whether deputies count"),
        (', vacancies = "do not count"', "", "groups.executive.quorum.vacancies", "whether vacant posts count"),
        ('papers = { days = 5, unit = "working" }\n', "", "groups.officers.papers", "when papers"),
        (
            'unit = "working" }\nminutes = { days = 14 }\n',
            'unit = "working" }\n',
            "groups.officers.minutes",
            "when minutes",
        ),
        (
            'title = "Business Manager"',
            'title = "Business Manager"\nvacant = true',
            "posts.manager.stand_in",
            "is vacant",
        ),
        ("lead_days = 7\n", "", "returns.exception.lead_days", "how long before the meeting"),
        (
            'kind = "before", group = "executive", days = 28',
            'kind = "unset"',
            "returns.exception.to_group",
            "the Senior Officers Group, which has no dates",
        ),
        (
            'kind = "before", group = "executive", days = 28',
            'kind = "beside", outside = "board"',
            "planning.outside.board.dates",
            "set outside and not entered",
        ),
        ("months = [4, 7, 10, 1]\n", "", "planning.groups.executive.months", "nothing is chosen yet"),
        ("first = 2019-11-01\n", "", "planning.groups.cdop.first", "nothing is chosen yet"),
        ("section_11 = true\n", "", "agencies", "whether they owe a Section 11 audit"),
        ('senior = "chief"\n', "", "partners", "does not answer: Northshire Council"),
        ('overdue_told = ["chief"]\n', "", f"{PATH}.overdue_told", "only its owner does"),
        ("keep_years = 25\n", "", f"{PATH}.keep_years", "none is proposed for deletion"),
        ('dial_in = "01234 567892"\n', "", f"{PATH}.dial_in", "nobody has entered how to join it"),
        (LADDER, "", f"{PATH}.ladder", "chosen steps run"),
    ],
)
def test_what_the_arrangements_do_not_say_stands_open(was: str, written: str, place: str, sentence: str) -> None:
    findings = check_text(small(was, written), pack())
    said = {each.place: each.sentence for each in findings.open}
    assert findings.errors == () and place in said, (findings.errors, said)
    assert sentence in said[place]


def test_the_files_own_words_stand_alone_where_it_speaks_of_the_same_place() -> None:
    own = '\n[[open]]\nplace = "groups.officers.chair"\nsentence = "Nobody is named."\nwant = "a chair"\n'
    findings = check_text(small('chair = "manager"\n', "", adding=own), pack())
    assert [each.sentence for each in findings.open] == ["Nobody is named."]


def test_a_pathway_without_stages_says_whose_stages_run() -> None:
    silent = small()[: SMALL.index("[[pathways.facts]]")] + small()[SMALL.index("[[returns]]") :]
    (found,) = check_text(silent, pack()).open
    assert found.place == "pathways.serious-incident.stages" and "no clock runs" in found.sentence


def test_a_pathway_with_stages_and_no_kinds_says_that_nobody_is_asked_what_happened() -> None:
    begins, ends = SMALL.index("kinds = [\n"), SMALL.index("ladder = ")
    (found,) = check_text(SMALL[:begins] + SMALL[ends:], pack()).open
    assert found.place == f"{PATH}.kinds" and "nobody is asked which it was" in found.sentence


def test_what_belongs_to_alerts_is_not_asked_of_a_pathway_without_one() -> None:
    quiet = small('senior = "chief"\n', "").replace("keep_years = 25\n", "alert = false\n").replace(LADDER, "")
    assert check_text(quiet, pack()) == Findings()


def test_a_pathway_that_runs_on_the_packs_stages_names_them_in_its_kinds() -> None:
    begins, ends = SMALL.index("[[pathways.facts]]"), SMALL.index("[[returns]]")
    silent = (SMALL[:begins] + SMALL[ends:]).replace("keep_years = 25\n", "keep_years = 25\npack = true\n")
    silent = silent.replace('dial_in = "01234 567892"\n', "")
    assert places(check_text(silent, pack())) == [f"{PATH}.kinds.notified.not_needed"] * 2
    of_the_pack = silent.replace('{ decision = "x", report = "x" }', '{ advance-copy = "there is no review" }')
    assert check_text(of_the_pack, pack()).errors == ()


def test_decisions_of_a_stage_that_could_not_be_read_are_not_missed() -> None:
    lost = check_text(small('name = "Decision"', 'nam = "Decision"'), pack())
    assert {place.partition(".stages.decision")[0] for place in places(lost)} == {PATH}


def test_groups_that_do_not_run_are_not_asked_about() -> None:
    text = small('nature = "panel"', 'nature = "panel"\nstatus = "external"').replace('chair = "manager"\n', "")
    assert [each.place for each in check_text(text, pack()).open] == ["groups.officers.chair"]


@pytest.mark.parametrize(
    ("was", "written", "place", "sentence"),
    [
        ("times = 4 }", "times = 4, at_most = 3 }", "groups.executive.cycles[0].at_most", "more than the 3"),
        ("every = 2 }", "every = 2, proposed = true }", "groups.cdop.cycles[0].proposed", "only proposed"),
        ('nature = "panel"', 'nature = "panel"\nstatus = "proposed"', "groups.cdop.status", "does not run"),
        ('reviewed_at = "executive"\nsource = "N §7"\n', 'reviewed_at = "executive"\n', "registers", ": actions."),
        ('minutes = 180\nwhy = "as in former years"', "minutes = 180", "planning.groups.cdop.why", "nothing says why"),
        ("every = 2 }]\npapers = { days = 7 }\nminutes = { days = 14 }",
         "every = 2 }]\npapers = { days = 7 }\nminutes = { days = 60 }",
         "groups.cdop.minutes.days", "only after its next meeting"),
        ('id = "received"', 'id = "unused"\nname = "U"\ndate_only = true\n[[pathways.facts]]\nid = "received"',
         "pathways.serious-incident.facts.unused", "No clock of this pathway"),
    ],
)  # fmt: skip
def test_what_is_worth_a_look_is_a_warning_and_no_error(was: str, written: str, place: str, sentence: str) -> None:
    findings = check_text(small(was, written), pack())
    said = {each.place: each.sentence for each in findings.warnings}
    assert findings.errors == () and place in said, (findings.errors, said)
    assert sentence in said[place]


@pytest.mark.parametrize(
    ("slot", "starts", "first", "clash"),
    [
        ("2nd tuesday", "15:00:00", "2019-10-01", True),  # the Executive sits 14:00 to 16:00 in October too
        ("2nd tuesday", "16:00:00", "2019-10-01", False),
        ("2nd wednesday", "15:00:00", "2019-10-01", False),
        ("2nd tuesday", "15:00:00", "2019-11-01", True),  # every second month from November meets in January and July
    ],
)
def test_two_groups_at_the_same_hour_that_share_a_post(slot: str, starts: str, first: str, clash: bool) -> None:
    text = (
        small('slot = "2nd thursday"', f'slot = "{slot}"')
        .replace("starts = 09:30:00", f"starts = {starts}")
        .replace("first = 2019-11-01", f"first = {first}")
    )
    found = [each.sentence for each in check_text(text, pack()).warnings]
    assert bool(found) is clash
    assert all("Director of Children's Services" in sentence for sentence in found)


def _every_place(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*way, key)
        yield from _every_place(value[key], (*way, key))


@pytest.mark.parametrize("wrong", ["no such word", -1, [], {}, [{}], None], ids=repr)
def test_whatever_is_wrong_anywhere_the_look_ends_in_findings(wrong: Any) -> None:
    """Each value of the small definition in turn is taken out (None) or replaced by something else."""
    right = tomllib.loads(SMALL)
    places_tried = list(_every_place(right))
    assert len(places_tried) > 150
    for way in places_tried:
        broken = deepcopy(right)
        parent = broken
        for key in way[:-1]:
            parent = parent[key]
        if wrong is None:
            del parent[way[-1]]
        else:
            parent[way[-1]] = deepcopy(wrong)
        for error in check_mapping(broken, pack()).errors:
            assert error.place and error.sentence.endswith((".", "?")) and error.want, (way, error)
