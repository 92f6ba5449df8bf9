"""The drill's story on our own pages: notified without an account, answered from a letter, the record read."""

import io
import re
import zipfile
from datetime import timedelta

from commands import permissions
from storage.records import incidents

from . import story
from .browser import Browser, Page
from .canaries import IN_FORM, KEY, LIST, NOWHERE, OUTSIDE, PERSON, SHOWN
from .doors import Letter
from .drilled import HANDLER, HEALTH, ID
from .stage import NotPlayed, Stage

WORDS = IN_FORM | {f"pages/{LIST}"}
"""Words about a case: on our own page, to those on its list."""

RECORD = "process record"


def notified(stage: Stage) -> str:
    """A doctor without an account notifies on the page, and confirms it from the letter."""
    url = f"{stage.base_url}/notify/{ID}"
    browser = stage.browser(OUTSIDE)
    page = browser.gets(url)
    canaries = stage.canaries
    address = canaries.word("the address of who notified on the page", PERSON, "{}@hospital.example").lower()
    form: dict[str, str | list[str]] = {
        **story.facts(stage, "told on the page"),
        "notifier_name": canaries.word("who notified on the page", PERSON, "Dr {}"),
        "notifier_role": canaries.word("the role of who notified on the page", SHOWN, "Consultant {}"),
        "notifier_email": address,
        "words": canaries.word("words about the case", WORDS, "The nursery rang about {} on Sunday."),
    }
    form |= {name: str(form[name]).split(",") for name in ("agencies", "flags")}
    for name in form:
        typed = canaries.word(f"words in {name} on the page", IN_FORM, "<b>{}</b> at 12 Mill Lane")
        if name != "words":
            page = browser.sends(page, **form | {name: typed})
    browser.sends(page, **form | {"words": canaries.word("a wall on the page", IN_FORM, f"{'w ' * 40_000}{{}}")})
    _as_a_file(browser, page, canaries.word("a file on the page", NOWHERE))
    answer = browser.sends(page, **form)
    if answer.status != 200:
        raise NotPlayed(f"the page did not take the notification: {_wrong(answer)}")
    stage.to(timedelta(minutes=1))
    with stage.looking() as work:
        known = tuple(each.reference for each in incidents.every(work.scope))
    letter = opened(stage, address, "confirm-notification")
    page = browser.gets(letter.page)
    page = browser.sends(page, code=canaries.word("words as a code", IN_FORM))
    browser.sends(page, code=letter.code)
    stage.to(timedelta(minutes=5))
    return story.newest(stage, known)


def _wrong(page: Page) -> str:
    found = re.findall(r'error-message"[^>]*>(.*?)</p>', page.html, re.DOTALL)
    plain = [" ".join(re.sub("<[^>]*>", " ", each).split()) for each in found]
    return f"{page.status} {' '.join(plain)}"


def _as_a_file(browser: Browser, page: Page, name: str) -> None:
    """Sends a file, as some browsers and programs would."""
    body = f'--b\r\nContent-Disposition: form-data; name="words"; filename="{name}.docx"\r\n\r\n{name}\r\n--b--\r\n'
    browser.posts(page.url, body.encode(), "multipart/form-data; boundary=b")


def opened(stage: Stage, to: str, kind: str) -> Letter:
    """A letter with a personal link, whose address and code are canaries from now on."""
    letter = stage.letter(to, kind)
    if not letter.page:
        raise NotPlayed(f"the letter of the kind {kind} has no link")
    _watch(stage, letter)
    return letter


def _watch(stage: Stage, letter: Letter) -> None:
    number = sum(name.startswith("the address of link") for name in stage.canaries.by_name) + 1
    token = letter.page.rpartition("/")[2]
    stage.canaries.exactly(f"the address of link {number}", token, KEY)
    if letter.code:
        stage.canaries.exactly(f"the code of link {number}", letter.code, KEY, in_figures=True)


def looked(stage: Stage, case: str) -> None:
    """Whoever was silent opens the letter, types what is no code, looks at what was told, and answers at last."""
    stage.to(timedelta(minutes=35))
    letter = opened(stage, HEALTH, "incident-alert")
    browser = stage.browser(LIST)
    page = browser.gets(letter.page)
    typed = stage.canaries.word("words on the page of an answer", IN_FORM)
    page = browser.sends(page, answer="have", code=typed, by=typed)
    page = browser.sends(page, answer="look", code=letter.code)
    if case.casefold() not in page.html.casefold():
        raise NotPlayed(f"what was told was not shown: {_wrong(page)}")
    page = browser.gets(letter.page)
    page = browser.sends(page, answer=_offered(page, "known"), code=letter.code)
    page = browser.sends(page)
    stage.to(timedelta(minutes=5))
    outside = stage.browser(OUTSIDE)
    outside.gets(f"{letter.page}x")
    outside.gets(f"{stage.base_url}/{stage.canaries.word('words in an address', frozenset({'address'}))}")
    outside.gets(f"{stage.base_url}/healthz")


def _offered(page: Page, answer: str) -> str:
    """The value of one of the answers on a page."""
    found: list[str] = re.findall(rf'value="([^"]*{answer}[^"]*)"', page.html)
    if not found:
        raise NotPlayed("an answer was not offered on the page")
    return found[0]


def recorded(stage: Stage, case: str) -> None:
    """The process record is read on the page, and as a Word document."""
    stage.does(HANDLER, "incident.record-link", reference=case)
    stage.to(timedelta(minutes=5))
    letter = opened(stage, HANDLER, "record-link")
    browser = stage.browser(LIST)
    page = browser.sends(browser.gets(letter.page), code=letter.code)
    stage.record.add(RECORD, LIST, "the page", re.sub("<[^>]*>", " ", page.html))
    if "Every step" not in page.html:
        raise NotPlayed(f"the process record was not shown: {_wrong(page)}")
    word = browser.gets(f"{letter.page}/word")
    with zipfile.ZipFile(io.BytesIO(word.body)) as parts:
        for name in parts.namelist():
            stage.record.add(RECORD, LIST, f"{name} of the Word document", parts.read(name).decode("utf-8", "replace"))


def ended(stage: Stage) -> None:
    """A link that is revoked is asked for anew; an old one leads nowhere."""
    administrator = permissions.administrator(ID)
    letter = stage.letter(HANDLER, "record-link")
    stage.performs(administrator, "link.revoke", person=stage.address(HANDLER))
    browser = stage.browser(OUTSIDE)
    page = browser.gets(letter.page)
    browser.sends(page)
    stage.to(timedelta(minutes=15))
