"""A report or an audit answered on its own page: filled in by sections, saved, looked through, sent in, kept.

Looking changes nothing, a scanner sends nothing in, nothing typed is lost, and what is not one's own is not there.
"""

import http.client
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from urllib.parse import urlencode, urljoin

import pytest

from bot.web.asking import LARGEST, MOST_OF_A_SECTION
from commands import return_forms, return_rounds
from storage.arrangements.forms import Filled
from storage.records import ledger, links, people, returns
from storage.records.scope import Scope
from tests.bot.web.reports import CHAIR, FORM, MANAGER, an_office_of_reports, opened, page_of
from tests.offices import Office
from tests.returns_given import Given, an_agency_owes, an_owed_report, filled_so_far, in_the_post, owed, sends_in
from tests.scenarios.web import FORM as FORM_TYPE
from tests.scenarios.web import Shown, Site, a_site

GONE = "This link leads nowhere any more"
NHS_NUMBER = "943 476 5919"
"""A number that is valid by its check digit and is set aside for examples."""


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_of_reports() as found:
        yield found


@pytest.fixture
def given(office: Office) -> Given:
    return an_owed_report(office)


@pytest.fixture
def site(office: Office, given: Given) -> Iterator[Site]:
    with a_site(office) as found:
        yield found


def section(page: Shown, id_: str) -> Shown:
    """A section's page, in the same browser."""
    return page.browser.gets(f"{page.url}/section/{id_}")


def part(page: Shown, name: str) -> Shown:
    """Another page further in."""
    return page.browser.gets(f"{page.url}/{name}")


def presses(page: Shown, do: str, **filled: str) -> Shown:
    """Fills in a section and presses the button with that value; names are written with __ for a dot."""
    named = {name.replace("__", "."): value for name, value in filled.items()}
    kept = [(name, value) for name, value in page.form.fields if name not in named]
    return page.browser.posts(page.url, [*kept, *named.items(), ("_do", do)])


def saves_by_itself(page: Shown, **filled: str) -> Shown:
    """What the script sends while somebody writes."""
    named = {name.replace("__", "."): value for name, value in filled.items()}
    kept = [(name, value) for name, value in page.form.fields if name not in named]
    return page.browser.posts(page.url, [*kept, *named.items(), ("_autosave", "yes")])


def fills_in(page: Shown) -> None:
    """Answers what has to be answered."""
    presses(section(page, "standard"), "on", rating="met", how="By looking")
    presses(section(page, "progress"), "on", blocked="no")


def so_far(office: Office, given: Given) -> Filled:
    return filled_so_far(office, given)


def text_of(page: Shown) -> str:
    return page.body.decode()


def head(office: Office) -> str:
    with office.reading() as scope:
        return ledger.head(scope)


# Looking


def test_the_first_page_says_what_is_asked_by_when_for_whom_and_how_far_each_section_is(
    site: Site, given: Given
) -> None:
    page = opened(site, given)
    assert (page.status, page.title) == (200, "Exception report for the next meeting")
    for words in (
        "Best Start in Life",
        "Friday 29 January 2027",
        "Senior Officers Group",
        "come back by the same link",
    ):
        assert words in page.text
    assert page.text.count("Not started") == 2
    assert "ring 999" in page.text
    presses(section(page, "standard"), "list", how="By looking")
    page = page.browser.gets(page.url)
    assert (page.text.count("Not started"), page.text.count("Begun")) == (1, 1)
    presses(section(page, "standard"), "list", rating="met")
    assert "Leadership Complete" in page.browser.gets(page.url).text


def test_looking_at_every_page_changes_nothing(site: Site, office: Office, given: Given) -> None:
    before, page = head(office), opened(site, given)
    for _, address in page.links:
        assert page.browser.gets(urljoin(page.url, address)).status == 200
    assert head(office) == before
    assert owed(office, given).state == "nothing"


def test_a_scanner_that_follows_every_link_and_sends_in_every_form_as_it_stands_sends_nothing_in(
    site: Site, office: Office, given: Given
) -> None:
    browser = site.browser()
    waiting, seen = [browser.follows(page_of(site, given))], set()
    while waiting:
        page = waiting.pop()
        for _, href in page.links:
            address = urljoin(page.url, href).partition("#")[0]
            if address not in seen:
                seen.add(address)
                waiting.append(browser.gets(address))
        for _ in page.forms:
            page.sends()
    assert len(seen) > 5
    assert owed(office, given).state in ("nothing", "draft")
    assert owed(office, given).not_us == ""
    assert not [each for each in so_far(office, given).values() if not each.is_empty]


def test_no_title_and_no_address_holds_the_name_of_who_owes_it(site: Site, office: Office, given: Given) -> None:
    page = opened(site, given)
    fills_in(page)
    pages = [page, section(page, "standard"), part(page, "check"), part(page, "nothing"), part(page, "not-us")]
    pages.append(part(page, "check").sends(_tick=["read"]))
    pages.append(page.browser.gets(page.url))
    assert pages[-1].title == "Exception report is in"
    for each in pages:
        assert "Best Start" not in each.html.partition("<title>")[2].partition("</title>")[0]
        assert "Best Start" not in each.title
        assert "life" not in each.url.removeprefix(page_of(site, given))
    assert "life" not in part(page, "copy").headers["Content-Disposition"]


def test_whatever_is_no_page_of_it_is_not_there(site: Site, given: Given) -> None:
    page = opened(site, given)
    assert part(page, "nonsense").status == 404
    assert section(page, "nonsense").title == page.title


# Filling in


def test_a_section_is_saved_and_leads_to_the_next_and_after_the_last_to_the_answers(
    site: Site, office: Office, given: Given
) -> None:
    page = section(opened(site, given), "standard")
    assert page.title == "Leadership"
    assert "It is in place and works" in page.text
    after = presses(page, "on", rating="met", how="By looking", proof__1__what="Policy", proof__1__where="POL 7")
    assert after.title == "Progress"
    after = presses(
        after, "on", blocked="yes", **{"what-blocks": "Money"}, day="14 January 2027", children="12",
        todo__1__what="Ask for it", todo__1__owner="business-manager", todo__1__due="1 February 2027",
    )  # fmt: skip
    assert after.title == "Check your answers"
    found = so_far(office, given)
    assert found["rating"].value == "met"
    assert found["proof"].rows == ({"what": "Policy", "where": "POL 7"},)
    assert found["day"].value == "2027-01-14"
    assert found["todo"].rows[0]["owner"] == "business-manager"
    for words in ("By looking", "POL 7", "Money", "Ask for it"):
        assert words in after.text
    assert owed(office, given).state == "draft"


def test_what_was_saved_is_there_when_somebody_comes_back_by_the_same_link(site: Site, given: Given) -> None:
    presses(section(opened(site, given), "standard"), "list", rating="not-met", how="By asking")
    page = section(opened(site, given), "standard")
    assert ("rating", "not-met") in page.form.fields
    assert ("how", "By asking") in page.form.fields


def test_a_row_more_is_asked_for_without_a_script_and_what_stands_there_is_saved(
    site: Site, office: Office, given: Given
) -> None:
    page = section(opened(site, given), "progress")
    assert "todo.1.what" in page.form.names and "todo.2.what" not in page.form.names
    page = presses(page, "row:todo", todo__1__what="First")
    assert page.title == "Progress"
    assert ("todo.1.what", "First") in page.form.fields and "todo.2.what" in page.form.names
    presses(page, "row:todo", todo__2__what="Second")
    assert [row["what"] for row in so_far(office, given)["todo"].rows] == ["First", "Second"]


def test_there_are_as_many_rows_as_the_form_takes_and_no_button_for_more(site: Site, given: Given) -> None:
    page = section(opened(site, given), "progress")
    fields = {f"todo.{n}.what": "x" for n in range(1, 21)}
    page = page.browser.posts(page.url, [*page.form.fields, *fields.items(), ("_do", "row:todo")])
    assert ("todo.20.what", "x") in page.form.fields
    assert "todo.21.what" not in page.form.names
    assert "Save and add another: action" not in page.text


def test_mistakes_come_back_all_at_once_beside_their_fields_and_nothing_typed_is_lost(
    site: Site, office: Office, given: Given
) -> None:
    page = presses(
        section(opened(site, given), "progress"), "on", blocked="no", day="the day before", children="many",
        todo__1__what="Ask", todo__1__owner="nobody of that name", todo__3__what="Third",
    )  # fmt: skip
    assert page.status == 422
    assert len(page.errors) == 3
    for name, value in (
        ("day", "the day before"),
        ("children", "many"),
        ("todo.1.owner", "nobody of that name"),
        ("todo.3.what", "Third"),
        ("blocked", "no"),
    ):
        assert (name, value) in page.form.fields
    assert "Error: " in page.html.partition("<title>")[2]
    assert owed(office, given).state == "nothing"


def test_an_nhs_number_is_refused_wherever_it_stands_and_is_not_kept(site: Site, office: Office, given: Given) -> None:
    for fields in ({"how": f"See {NHS_NUMBER}"}, {"proof__1__what": NHS_NUMBER}, {"rating__because": NHS_NUMBER}):
        page = presses(section(opened(site, given), "standard"), "on", **fields)
        assert page.status == 422
        assert "NHS number" in page.errors[0]
    assert owed(office, given).state == "nothing"


def test_what_is_asked_only_after_another_answer_says_so_for_those_without_a_script(site: Site, given: Given) -> None:
    page = section(opened(site, given), "progress")
    assert 'Only if the answer to "Is anything blocked?" is Yes.' in page.text
    assert 'data-shown-if="blocked" data-answers="yes"' in page.html


def test_what_does_not_apply_is_said_with_its_reason(site: Site, office: Office, given: Given) -> None:
    page = opened(site, given)
    presses(section(page, "standard"), "on", rating__na="yes", rating__because="We lead nobody")
    presses(section(page, "progress"), "on", blocked="no")
    check = part(page, "check")
    assert "Not applicable, because: We lead nobody" in check.text
    assert check.forms


def test_a_form_that_is_not_from_our_page_saves_nothing_and_loses_nothing(
    site: Site, office: Office, given: Given
) -> None:
    page = section(opened(site, given), "standard")
    page.browser.cookies.clear()
    again = presses(page, "on", how="By looking")
    assert again.status == 422
    assert "send it again" in again.text
    assert ("how", "By looking") in again.form.fields
    assert owed(office, given).state == "nothing"
    assert again.sends().title == "Progress"


def test_last_times_answers_stand_beside_the_questions(office: Office) -> None:
    before = an_owed_report(office, due="2027-01-10")
    sends_in(office, CHAIR, before, how="By looking last time", blocked="no")
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor(MANAGER), office.now)
        entry = return_forms.find(work.arrangements, before.report)
        assert entry is not None
        return_rounds.open_round(
            work, entry, place="sog.later", name="Exception report, later", due=work.today + timedelta(days=90),
            group="sog",
        )  # fmt: skip
    with a_site(office) as site:
        page = section(opened(site, Given(before.report, "sog.later", before.who)), "standard")
        assert "What was answered for Sunday 10 January 2027" in page.text
        assert "By looking last time" in page.html.partition("<details")[2]


# Saved by itself


def test_what_is_written_is_saved_by_itself_and_the_page_learns_the_new_state(
    site: Site, office: Office, given: Given
) -> None:
    page = section(opened(site, given), "standard")
    saved = saves_by_itself(page, how="By lo")
    assert (saved.status, saved.body) == (204, b"")
    assert so_far(office, given)["how"].value == "By lo"
    seen = [("_seen", saved.headers["X-Seen"])]
    fields = [(name, value) for name, value in page.form.fields if name not in ("_seen", "how")]
    again = page.browser.posts(page.url, [*fields, *seen, ("how", "By looking"), ("_autosave", "yes")])
    assert again.status == 204
    assert so_far(office, given)["how"].value == "By looking"


def test_one_answer_that_cannot_be_kept_keeps_no_other_from_being_saved_by_itself(
    site: Site, office: Office, given: Given
) -> None:
    page = section(opened(site, given), "progress")
    presses(page, "on", blocked="no", day="14 January 2027")
    page = section(opened(site, given), "progress")
    saved = saves_by_itself(page, day="14 Jan or so", children="12")
    assert saved.status == 422
    assert "The day of the last meeting: " in text_of(saved) and "All else on this page is saved." in text_of(saved)
    assert "or so" not in text_of(saved)
    found = so_far(office, given)
    assert (found["children"].value, found["day"].value) == ("12", "2027-01-14")


def test_it_is_never_saved_by_itself_over_what_somebody_else_has_saved(
    site: Site, office: Office, given: Given
) -> None:
    mine, other = section(opened(site, given), "standard"), section(opened(site, given), "standard")
    presses(other, "on", how="From the other window")
    saved = saves_by_itself(mine, how="From mine")
    assert saved.status == 409
    assert "saved elsewhere" in text_of(saved)
    assert so_far(office, given)["how"].value == "From the other window"


def test_it_is_not_saved_by_itself_once_it_was_sent_in(site: Site, office: Office, given: Given) -> None:
    page = opened(site, given)
    fills_in(page)
    mine = section(page, "standard")
    part(page, "check").sends(_tick=["read"])
    saved = saves_by_itself(mine, how="Too late")
    assert saved.status == 409
    assert "sent in" in text_of(saved)


@pytest.mark.long
def test_saving_by_itself_may_come_often_and_other_forms_may_not(site: Site, given: Given) -> None:
    page = section(opened(site, given), "standard")
    assert {saves_by_itself(page, how="x").status for _ in range(40)} == {204}
    nothing = part(opened(site, given), "nothing")
    assert [nothing.sends().status for _ in range(14)][-1] == 429


# Two windows


def test_two_windows_at_two_sections_do_not_meet(site: Site, office: Office, given: Given) -> None:
    one, two = section(opened(site, given), "standard"), section(opened(site, given), "progress")
    assert presses(two, "on", blocked="no").status == 200
    assert presses(one, "on", how="By looking").title == "Progress"
    found = so_far(office, given)
    assert (found["how"].value, found["blocked"].value) == ("By looking", "no")


def test_at_the_same_section_both_are_shown_and_the_next_press_decides(
    site: Site, office: Office, given: Given
) -> None:
    one, two = section(opened(site, given), "standard"), section(opened(site, given), "standard")
    presses(two, "on", how="From the other window")
    page = presses(one, "on", how="From mine")
    assert page.status == 422
    assert "saved elsewhere since you opened it here, by Chair of Best Start in Life" in page.text
    assert "From the other window" in page.text
    assert ("how", "From mine") in page.form.fields
    assert so_far(office, given)["how"].value == "From the other window"
    assert presses(page, "on").title == "Progress"
    assert so_far(office, given)["how"].value == "From mine"


# Sent in


def test_it_cannot_be_sent_in_while_something_is_wanting_and_each_leads_to_its_field(
    site: Site, office: Office, given: Given
) -> None:
    check = part(opened(site, given), "check")
    assert not check.forms
    [address] = [href for words, href in check.links if words.startswith("How far is this met?")]
    assert address.endswith("/section/standard#rating")
    page = check.browser.posts(check.url, [("_tick", "read")])
    assert owed(office, given).state == "nothing"
    assert page.status in (200, 422)


def test_it_is_sent_in_once_it_was_read_through_and_can_then_only_be_read(
    site: Site, office: Office, given: Given
) -> None:
    page = opened(site, given)
    fills_in(page)
    check = part(page, "check")
    assert check.sends().errors == ["Please tick this once it is so."]
    assert owed(office, given).state == "draft"
    done = check.sends(_tick=["read"])
    assert (done.status, done.title) == (200, "Exception report is sent in")
    row = owed(office, given)
    assert (row.state, row.came_by, row.answered_by) == ("answered", "web", office.person(CHAIR))
    now = page.browser.gets(page.url)
    assert now.title == "Exception report is in"
    assert "By looking" in now.text and not now.forms
    assert "write to the Business Manager" in now.text and "opened again" in now.text
    assert section(page, "standard").title == now.title
    assert part(page, "check").title == now.title


def test_sent_in_twice_it_counts_once_and_says_the_same(site: Site, office: Office, given: Given) -> None:
    page = opened(site, given)
    fills_in(page)
    check = part(page, "check")
    first = check.sends(_tick=["read"])
    after = head(office)
    second = check.sends(_tick=["read"])
    assert (second.status, second.title, second.text) == (200, first.title, first.text)
    assert head(office) == after
    assert owed(office, given).sent == 1


def test_names_are_asked_back_before_it_is_sent_in(site: Site, office: Office, given: Given) -> None:
    page = opened(site, given)
    fills_in(page)
    presses(section(page, "standard"), "on", how="We heard from Tamsin Penhaligon about it")
    check = part(page, "check")
    assert '"Tamsin Penhaligon"' in check.text
    assert check.sends(_tick=["read"]).status == 422
    assert owed(office, given).state == "draft"
    assert check.sends(_tick=["read", "names"]).title == "Exception report is sent in"


def test_nothing_by_exception_is_said_in_two_presses_and_a_tick(site: Site, office: Office, given: Given) -> None:
    page = opened(site, given).leads("Nothing to report by exception")
    assert "with these words and no others" in page.text
    assert page.sends().status == 422
    assert page.sends(_tick="sure").title == "Exception report is sent in"
    row = owed(office, given)
    assert (row.state, row.by_exception, row.came_by) == ("answered", True, "web")
    assert "Nothing to report by exception" in page.browser.gets(page_of(site, given)).text


def test_where_the_form_has_no_such_answer_there_is_no_such_page() -> None:
    with an_office_of_reports(FORM.model_copy(update={"nothing": ""})) as office, a_site(office) as site:
        page = opened(site, an_owed_report(office))
        assert "by exception" not in " ".join(words for words, _ in page.links)
        assert part(page, "nothing").title == page.title


def test_this_is_not_for_us_is_asked_with_a_reason_and_it_stays_asked_of_them(
    site: Site, office: Office, given: Given
) -> None:
    page = opened(site, given).leads("This is not for us")
    assert page.sends().errors == ["This is needed."]
    refused = page.sends(because=f"See {NHS_NUMBER}")
    assert refused.status == 422
    done = page.sends(because="The group has ended")
    assert done.title == "You have said that this is not for you"
    assert (owed(office, given).not_us, owed(office, given).state) == ("asked", "nothing")
    page = opened(site, given)
    assert "Until that is answered it is still asked of you." in page.text
    assert "This is not for us" not in [words for words, _ in page.links]


def test_what_was_sent_in_is_taken_back_and_changed_by_the_same_page(site: Site, office: Office, given: Given) -> None:
    page = opened(site, given)
    fills_in(page)
    part(page, "check").sends(_tick=["read"])
    back = page.browser.gets(page.url).leads("Take it back to change it")
    assert back.sends().status == 422
    assert back.sends(_tick="sure").title == "Exception report is taken back"
    assert owed(office, given).state == "reopened"
    again = section(page, "standard")
    assert ("how", "By looking") in again.form.fields
    presses(again, "on", how="By looking twice")
    part(page, "check").sends(_tick=["read"])
    assert owed(office, given).sent == 2


def test_opened_again_it_says_why(site: Site, office: Office, given: Given) -> None:
    page = opened(site, given)
    fills_in(page)
    part(page, "check").sends(_tick=["read"])
    office.done(MANAGER, "return.reopen", **given.about, because="the second answer is not clear")
    page = page.browser.gets(page.url)
    assert page.title == "Exception report for the next meeting"
    assert "opened again, because: the second answer is not clear" in page.text


def test_approved_it_can_be_read_and_no_longer_taken_back(site: Site, office: Office, given: Given) -> None:
    sends_in(office, CHAIR, given, blocked="no")
    office.done(MANAGER, "return.approve", **given.about)
    page = opened(site, given)
    assert "Approved" in page.text
    assert "Take it back to change it" not in [words for words, _ in page.links]
    assert part(page, "take-back").title == page.title


def test_a_copy_to_keep_holds_every_answer(site: Site, given: Given) -> None:
    page = opened(site, given)
    fills_in(page)
    copy = part(page, "copy")
    assert copy.headers["Content-Type"].startswith("text/plain")
    assert "attachment" in copy.headers["Content-Disposition"]
    assert "By looking" in text_of(copy) and "LEADERSHIP" in text_of(copy) and "begun, not sent in" in text_of(copy)
    part(page, "check").sends(_tick=["read"])
    assert "sent in on Monday 4 January 2027" in text_of(part(page, "copy"))


# Whose it is


def test_a_leaver_and_whoever_never_was_see_one_and_the_same_page(site: Site, office: Office, given: Given) -> None:
    page = opened(site, given)
    mine = section(page, "standard")
    person = office.person(CHAIR)
    with office.runner.store.writing() as session:
        for held in people.holdings_of(Scope(session, office.partnership), person, office.today):
            held.until = office.today
            session.add(held)
    office.moves_to(office.now + timedelta(days=1))
    nowhere = page.browser.gets(f"{site.url}/l/nonsense")
    for gone in (page.browser.gets(page.url), section(page, "standard"), part(page, "check"), part(page, "copy")):
        assert (gone.status, gone.title, gone.text) == (410, GONE, nowhere.text)
    assert presses(mine, "on", how="Too late").status == 410
    assert saves_by_itself(mine, how="Too late").status == 410
    assert owed(office, given).state == "nothing"


def test_a_link_that_somebody_else_has_leads_to_theirs_alone(site: Site, office: Office, given: Given) -> None:
    other = an_owed_report(office, "group.bs-complex")
    with office.reading() as scope:
        assert returns.owed(scope, other.report, other.place, other.who) is not None
    page = opened(site, other, "bs-complex-chair")
    presses(section(page, "standard"), "on", how="Theirs")
    assert "Theirs" not in section(opened(site, given), "standard").html
    assert owed(office, given).state == "nothing"


def test_a_link_to_an_alert_or_a_record_has_no_pages_further_in(site: Site, office: Office, given: Given) -> None:
    url = page_of(site, given)
    with office.runner.store.writing() as session:
        id_ = site.pages.addresses.link_of(url.rpartition("/")[2])
        found = links.get(session, str(id_))
        assert found is not None
        found.purpose = "answer"
        session.add(found)
    browser = site.browser()
    for path in ("/check", "/section/standard", "/copy"):
        assert browser.gets(url + path).title == GONE


def test_a_link_that_has_ended_offers_a_new_one_also_further_in(site: Site, office: Office, given: Given) -> None:
    page = opened(site, given)
    office.moves_to(office.now + timedelta(days=200))
    gone = section(page, "standard")
    assert (gone.status, gone.title) == (410, GONE)
    assert gone.sends().title == "Look into your mail"


def test_after_a_round_was_closed_what_was_sent_in_can_be_read_and_nothing_is_taken_in(
    site: Site, office: Office, given: Given
) -> None:
    page = opened(site, given)
    presses(section(page, "standard"), "list", how="By looking")
    mine = section(page, "standard")
    with office.runner.store.writing() as session:
        round_ = returns.find(Scope(session, office.partnership), given.report, given.place)
        assert round_ is not None
        round_.state, round_.closed_at = "closed", office.now
        session.add(round_)
    closed = page.browser.gets(page.url)
    assert closed.title == "Exception report is closed"
    assert presses(mine, "on", how="Too late").title == closed.title
    assert part(page, "check").title == closed.title
    assert so_far(office, given)["how"].value == "By looking"


def test_everybody_who_answers_for_it_has_their_own_link_and_sees_the_same_draft() -> None:
    with an_office_of_reports(
        from_groups=(), from_agencies=("police-and-pcc",), to_group=None, lead_days=None
    ) as office:
        lead = in_the_post(office, "lead:police-and-pcc", "lead@police.example", name="Force Lead")
        in_the_post(office, "lead:police-and-pcc", "helper@police.example", name="Policy Officer", capacity="pa")
        given = an_agency_owes(office, "police-and-pcc", report="exception-report")
        with a_site(office) as site:
            page = opened(site, given, "lead:police-and-pcc")
            assert office.person("lead:police-and-pcc") == lead
            assert "Policy Officer (contributes)" in page.text
            presses(section(page, "standard"), "list", how="By the lead")
            theirs = opened(site, given, "helper@police.example")
            assert "by Force Lead" in theirs.text
            assert ("how", "By the lead") in section(theirs, "standard").form.fields


# Beside it


def test_a_rating_that_another_look_gave_stands_beside_ones_own(site: Site, office: Office, given: Given) -> None:
    sends_in(office, CHAIR, given, rating="met", blocked="no")
    office.done(
        MANAGER, "return.moderate", **given.about, question="rating", rating="not-met", because="two files say else"
    )
    page = opened(site, given)
    assert "Ratings beside your own" in page.text
    assert "Not met, because: two files say else" in page.text


def test_what_is_overdue_says_so_and_can_still_be_filled_in(site: Site, office: Office, given: Given) -> None:
    office.moves_to("2027-02-10 09:00")
    page = opened(site, given)
    assert "Friday 29 January 2027 (overdue)" in page.text
    assert presses(section(page, "standard"), "on", how="Late").title == "Progress"


def test_who_is_asked_for_two_reports_is_led_from_one_to_the_other(office: Office) -> None:
    first = an_owed_report(office)
    with office.runner.store.writing() as session:
        chair = office.person(CHAIR)
        people.enter_holding(
            Scope(session, office.partnership), post="bs-complex-chair", person=chair, capacity="pa", agency="",
            since=office.today, until=None,
        )  # fmt: skip
    with a_site(office) as site:
        second = Given(first.report, first.place, "group.bs-complex")
        page_of(site, second, office_address(office, CHAIR))
        page = opened(site, first)
        other = page.leads("Best Start for Children with Complex Needs: Exception report for the next meeting")
        assert "For Best Start for Children with Complex Needs" in other.text


def office_address(office: Office, post: str) -> str:
    """The e-mail address of whoever is in a post."""
    with office.reading() as scope:
        found = people.get(scope.session, office.person(post))
        assert found is not None
        return found.email


def test_an_agencys_senior_signs_off_on_the_page_what_was_sent_in() -> None:
    agencies = {"from_groups": (), "from_agencies": ("police-and-pcc",), "to_group": None, "lead_days": None}
    with an_office_of_reports(**agencies, signed_off=True) as office:
        in_the_post(office, "lead:police-and-pcc", "lead@police.example", name="Force Lead")
        senior = in_the_post(office, "senior:police-and-pcc", "senior@police.example", name="Assistant Chief")
        given = an_agency_owes(office, "police-and-pcc", report="exception-report")
        sends_in(office, "lead@police.example", given, blocked="no", how="As the lead says")
        with a_site(office) as site:
            page = opened(site, given, "senior@police.example")
            assert page.title == "Exception report: to be signed off"
            assert "As the lead says" in page.text
            assert not section(page, "standard").forms
            sign = page.leads("Sign it off")
            assert sign.sends().status == 422
            assert owed(office, given).signed_off_at is None
            assert sign.sends(_tick="sure").title == "Exception report is signed off"
            assert owed(office, given).signed_off_by == senior
            assert "Take it back to change it" not in [words for words, _ in page.browser.gets(page.url).links]


# What is kept


def test_what_is_written_stands_nowhere_in_clear_and_in_no_log(
    site: Site, office: Office, given: Given, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    page = opened(site, given)
    saves_by_itself(section(page, "standard"), how="Canarysaved")
    presses(section(page, "progress"), "on", blocked="no", day="Canarywrong")
    fills = section(page, "standard")
    presses(fills, "on", rating="met", how="Canarysent")
    presses(section(page, "progress"), "on", blocked="no")
    done = part(page, "check").sends(_tick=["read", "names"])
    assert done.title == "Exception report is sent in"
    part(page, "not-us")
    raw = office.runner.store.engine.raw_connection()
    stored = raw.dbapi_connection.serialize()
    raw.close()
    for word in ("Canarysaved", "Canarywrong", "Canarysent"):
        assert word.encode() not in stored
        assert word not in caplog.text
    assert given.who not in caplog.text and "/section/" not in caplog.text


# Sizes


def test_the_largest_section_fits_and_a_larger_one_is_refused_with_a_sentence(
    site: Site, office: Office, given: Given
) -> None:
    page = section(opened(site, given), "progress")
    rows = {f"todo.{n}.what": "Zoë’s “plan” – " * 130 for n in range(1, 21)}
    rows |= {f"todo.{n}.owner": "business-manager" for n in range(1, 21)}
    fields = [*page.form.fields, *rows.items(), ("_do", "list")]
    assert len(urlencode(fields)) > LARGEST
    assert page.browser.posts(page.url, fields).status == 200
    assert len(so_far(office, given)["todo"].rows) == 20
    assert told_how_long(site, page.url, MOST_OF_A_SECTION.size + 1) == 413


def test_no_other_form_may_be_as_large(site: Site, given: Given) -> None:
    assert told_how_long(site, f"{page_of(site, given)}/not-us", LARGEST + 1) == 413


def told_how_long(site: Site, url: str, size: int) -> int:
    """The answer to a form that says how long it is, before any of it is sent."""
    with closing(http.client.HTTPConnection("127.0.0.1", site.server.port, timeout=30)) as connection:
        connection.putrequest("POST", url.removeprefix(site.url))
        connection.putheader("Content-Type", FORM_TYPE)
        connection.putheader("Content-Length", str(size))
        connection.endheaders()
        with connection.getresponse() as response:
            return response.status
