"""The drill's story of a report that two owe: one in chat, one by letter and on our page, where a senior signs it off.

What they fill in is theirs until it is sent in; then it is read by whoever receives it, on a page or in what they
download, and by nobody else: no message, no letter, no log and no column of the database has a word of it.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import timedelta

from commands import returning, returning_after
from commands.steps import SURE
from storage.records import returns

from .browser import Browser, Page
from .canaries import BECAUSE, DRAFT, IN_FORM, LIST, REPORTER, SENT
from .drilled import HANDLER, HEALTH_SENIOR, REPORT, SCHOOLS, TEAM
from .stage import NotPlayed, Stage
from .story_on_pages import opened

REPORTS = "reports"

LEAD, SENIOR = "lead@schools.invalid", "senior@schools.invalid"

WITH_A_NUMBER = "{} has the NHS number 943 476 5919"
"""What is refused wherever it is typed."""

ACTIONS = frozenset(
    {each.name for each in (*returning.ACTIONS, *returning_after.ACTIONS)}
    | {"return.not-us", "return.answer-not-us", "return.page", "pack.send"}
)
"""What the drill does with a report: everything that takes or shows what is filled in."""


def named(stage: Stage) -> None:
    """Who answers for the agency, and who signs it off, before they are asked."""
    for role, address in (("lead", LEAD), ("senior", SENIOR)):
        stage.does(HANDLER, "return.contact", agency=SCHOOLS, role=role, email=address, name=f"A {role}")


def played(stage: Stage) -> None:
    """Both reports, from the first word to the pack. Raises NotPlayed."""
    team, schools = _about(stage, f"post.{TEAM}"), _about(stage, f"agency.{SCHOOLS}")
    _filled_in_chat(stage, team)
    _refused_to_others(stage, team)
    _filled_on_the_page(stage)
    _signed_on_the_page(stage)
    _looked_at_again(stage, team, schools)
    _downloaded(stage)


def _about(stage: Stage, who: str) -> dict[str, str]:
    with stage.looking() as work:
        places = [each.place for each in returns.rounds(work.scope, REPORT, state="open")]
    if not places:
        raise NotPlayed("no report was asked for")
    return {"report": REPORT, "place": places[-1], "who": who}


# In chat


def _section(words: str) -> dict[str, str]:
    return {"section": "work", "work": words, "rating": "met", "evidence.1.what": words, "evidence.1.where": "R 7"}


def _filled_in_chat(stage: Stage, about: Mapping[str, str]) -> None:
    canaries = stage.canaries
    stage.types(TEAM, f"report {canaries.word('words behind report', form='the boy {} at 12 Mill Lane')}")
    stage.presses(TEAM, "return.save", about)
    refused = canaries.word("words in a report that was refused", IN_FORM, WITH_A_NUMBER)
    stage.presses(TEAM, "return.save", {**about, **_section(refused), "seen": "", "shown": "yes"})
    draft = canaries.word("words in a draft of a report", DRAFT, "We wrote {} first")
    stage.does(TEAM, "return.save", **about, **_section(draft), shown="yes")
    stage.types(TEAM, "report")
    sent = canaries.word("words in a report that was sent in", SENT, "We have done {}")
    stage.does(TEAM, "return.save", **about, **_section(sent), shown="yes")
    promise = canaries.word("words of what a report promises", SENT, "We will do {}")
    stage.does(TEAM, "return.save", **about, section="next", promises=promise, shown="yes")
    stage.presses(TEAM, "return.send", about)
    stage.does(TEAM, "return.send", **about, **{SURE: "yes"})
    stage.does(TEAM, "return.take-back", **about)
    stage.presses(TEAM, "return.nothing", about)
    stage.does(TEAM, "return.nothing", **about, **{SURE: "yes"})
    stage.does(TEAM, "return.take-back", **about)
    stage.does(TEAM, "return.send", **about, **{SURE: "yes"})
    stage.to(timedelta(minutes=5))


def _refused_to_others(stage: Stage, about: Mapping[str, str]) -> None:
    """Somebody who neither owes nor receives it looks everywhere and presses everything."""
    for line in (
        "report",
        "report mine",
        "report show team",
        "report status",
        "report analyse",
        "report pack executive",
    ):
        stage.types(HEALTH_SENIOR, line)
    for action in sorted(ACTIONS):
        stage.presses(HEALTH_SENIOR, action, dict(about))


# On the page


def _filled_on_the_page(stage: Stage) -> None:
    canaries = stage.canaries
    letter = opened(stage, LEAD, "report-asked")
    browser = stage.browser(REPORTER)
    _must(browser.gets(letter.page), "The work")
    page = _must(browser.gets(f"{letter.page}/section/work"), "What has been done?")
    refused = canaries.word("words on a report's page that were refused", IN_FORM, WITH_A_NUMBER)
    browser.sends(page, **_on_page(refused))
    draft = canaries.word("words in a draft on a report's page", DRAFT, "We wrote {} there first")
    browser.sends(page, **_on_page(draft))
    page = browser.gets(f"{letter.page}/section/work")
    sent = canaries.word("words on a report's page that were sent in", SENT, "We have done {} there")
    browser.sends(page, **_on_page(sent))
    browser.sends(browser.gets(f"{letter.page}/not-us"), because=canaries.word("why it is not theirs", BECAUSE))
    stage.to(timedelta(minutes=5))
    about = _about(stage, f"agency.{SCHOOLS}")
    because = canaries.word("why it stays theirs", BECAUSE | {f"mail/{REPORTER}"}, "It is yours: {}")
    stage.does(HANDLER, "return.answer-not-us", **about, answer="refuse", because=because)
    browser.gets(f"{letter.page}/copy")
    page = _must(browser.gets(f"{letter.page}/check"), "Check your answers")
    _must(browser.sends(page, _tick=["read", "names"]), "is sent in")
    browser.gets(letter.page)
    stage.to(timedelta(minutes=5))


def _on_page(words: str) -> dict[str, str]:
    return {name: text for name, text in _section(words).items() if name != "section"}


def _signed_on_the_page(stage: Stage) -> None:
    letter = opened(stage, SENIOR, "report-to-sign")
    browser = stage.browser(REPORTER)
    browser.gets(letter.page)
    page = browser.gets(f"{letter.page}/sign")
    _must(browser.sends(page, _tick=["sure"]), "is signed off")


# By whoever receives it


def _looked_at_again(stage: Stage, team: Mapping[str, str], schools: Mapping[str, str]) -> None:
    canaries = stage.canaries
    for line in ("report show team", "report show schools", "report status", "report analyse", "report pack executive"):
        stage.types(HANDLER, line)
    why = canaries.word("why a rating is another one", BECAUSE, "Two files say {}")
    stage.does(HANDLER, "return.moderate", **team, question="rating", rating="not", because=why)
    stage.does(HANDLER, "return.approve", **team)
    stage.does(HANDLER, "return.reopen", **team, because=canaries.word("why it is opened again", BECAUSE, "Say {} too"))
    stage.does(TEAM, "return.send", **team, **{SURE: "yes"})
    stage.does(HANDLER, "return.reopen", **schools, because="The year is missing")
    typed = canaries.word("words that were filled in for somebody", SENT, "They told us of {}")
    for_them = {**schools, "what": "save", **_section(typed), "shown": "yes"}
    stage.does(HANDLER, "return.for-them", **for_them)
    stage.does(HANDLER, "return.for-them", **schools, what="send", **{SURE: "yes"})
    stage.does(HANDLER, "return.reopen", **schools, because="We go there")
    outcome = canaries.word("what came of a visit", SENT, "On the visit we saw {}")
    day, _ = stage.local(stage.now)
    visit = {"how": "visit", "day": day, "evidence": "V 7", "outcome": outcome}
    stage.does(HANDLER, "return.other-way", **schools, **visit)
    stage.to(timedelta(minutes=5))


def _downloaded(stage: Stage) -> None:
    """The page of the round and the pack for the meeting, each behind a link with a code, and their files."""
    with stage.looking() as work:
        round_ = returns.rounds(work.scope, REPORT, state="open")[-1]
        record, group, place = round_.record, round_.group, round_.meeting
    stage.does(HANDLER, "return.page", round=record)
    stage.does(HANDLER, "pack.send", group=group, place=place)
    stage.to(timedelta(minutes=5))
    for kind, files in (("round-link", ("excel", "word")), ("pack-link", ("word",))):
        letter = opened(stage, HANDLER, kind)
        browser = stage.browser(LIST)
        page = browser.sends(browser.gets(letter.page), code=letter.code)
        stage.record.add(REPORTS, LIST, f"the page of a {kind}", re.sub("<[^>]*>", " ", page.html))
        for file in files:
            _unpacked(stage, browser, f"{letter.page}/{file}", f"{file} of a {kind}")


def _unpacked(stage: Stage, browser: Browser, url: str, named: str) -> None:
    found = browser.gets(url)
    if not found.body.startswith(b"PK"):
        raise NotPlayed(f"{named} could not be downloaded: {found.status}")
    with zipfile.ZipFile(io.BytesIO(found.body)) as parts:
        for name in parts.namelist():
            text = parts.read(name).decode("utf-8", "replace")
            stage.record.add(REPORTS, LIST, f"{name}, {named}", text)


def _must(page: Page, words: str) -> Page:
    if words not in " ".join(page.html.split()):
        raise NotPlayed(f'a page of a report does not say "{words}": {page.status}')
    return page
