"""Reports that are answered on their pages, for tests: a form with each kind of question, owed by groups' chairs."""

from collections.abc import Iterator
from contextlib import contextmanager

from commands import return_links
from commands.definitions import load
from storage.arrangements.forms import Form
from storage.records import returns
from storage.records.scope import Scope
from tests.offices import ALL_WAYS, Office, an_office
from tests.returns_given import SGLOS, Given, with_report
from tests.scenarios.web import Shown, Site

FORM = Form.model_validate(
    {
        "id": "every-kind",
        "name": "Every kind of question",
        "about": "What the group has to know, by exception.",
        "nothing": "Nothing to report by exception",
        "source": "chosen",
        "scales": {
            "met": [
                {"id": "not-met", "label": "Not met", "rank": 1, "descriptor": "Nothing is in place"},
                {"id": "met", "label": "Met", "rank": 2, "descriptor": "It is in place and works"},
            ]
        },
        "sections": [
            {
                "id": "standard",
                "title": "Leadership",
                "guidance": "How safeguarding is led.",
                "source": "chosen",
                "questions": [
                    {
                        "id": "rating",
                        "text": "How far is this met?",
                        "kind": "rating",
                        "scale": "met",
                        "required": True,
                        "can_not_apply": True,
                        "source": "chosen",
                    },
                    {"id": "how", "text": "How do you know?", "kind": "long", "longest": 2000, "source": "chosen"},
                    {"id": "proof", "text": "Evidence", "kind": "evidence", "source": "chosen"},
                ],
            },
            {
                "id": "progress",
                "title": "Progress",
                "source": "chosen",
                "questions": [
                    {
                        "id": "blocked",
                        "text": "Is anything blocked?",
                        "kind": "yes or no",
                        "required": True,
                        "source": "chosen",
                    },
                    {
                        "id": "what-blocks",
                        "text": "What blocks it?",
                        "kind": "short",
                        "required": True,
                        "shown_if": {"question": "blocked", "answers": ["yes"]},
                        "source": "chosen",
                    },
                    {"id": "day", "text": "The day of the last meeting", "kind": "date", "source": "chosen"},
                    {"id": "children", "text": "How many came", "kind": "number", "source": "chosen"},
                    {
                        "id": "themes",
                        "text": "Themes",
                        "kind": "several of",
                        "options": [
                            {"id": "neglect", "label": "Neglect"},
                            {"id": "online", "label": "Harm online"},
                        ],
                        "source": "chosen",
                    },
                    {
                        "id": "todo",
                        "text": "Actions: who does what by when",
                        "kind": "rows",
                        "row": "Action",
                        "most": 20,
                        "guidance": "One row for each.",
                        "columns": [
                            {"id": "what", "text": "What is to be done", "kind": "long", "required": True},
                            {"id": "owner", "text": "Who does it", "kind": "person", "required": True},
                            {"id": "due", "text": "By when", "kind": "date"},
                        ],
                        "source": "chosen",
                    },
                ],
            },
        ],
    }
)
"""A form with every kind of question."""

CHAIR, MANAGER = "bs-life-chair", "business-manager"


@contextmanager
def an_office_of_reports(form: Form = FORM, **changes: object) -> Iterator[Office]:
    """South Gloucestershire, whose exception report has that form; no round is open."""
    found = with_report(load(SGLOS).arrangements, **{"form": form.id, "lead_days": 10, **changes})
    found = found.model_copy(update={"forms": (form,)})
    with an_office(definition=found, ways=ALL_WAYS, incidents=False) as office:
        yield office


def page_of(site: Site, given: Given, post: str = CHAIR) -> str:
    """The address of the page of whoever is in a post, or has an e-mail address."""
    office = site.office
    person = office.actor(post).person or ""
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor(MANAGER), office.now)
        owed = returns.owed_of_record(work.scope, given.record)
        assert owed is not None, given.record
        return site.pages.addresses.url_of(return_links.link_for(work, owed, person)[0])


def opened(site: Site, given: Given, post: str = CHAIR) -> Shown:
    """Their first page, in a browser of its own."""
    return site.browser().follows(page_of(site, given, post))
