"""Fifty incidents at once: every alert goes before any nag, and the last one leaves as soon as Slack's pace allows."""

from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from storage.records.outbox import Outgoing
from tests.bot.slack.offices import a_slack_office

MANY = 50
WITHIN = timedelta(seconds=52)
PARTNERS = ("director-childrens-services", "assistant-chief-constable", "chief-nurse")
FACTS = {"aware": "2027-01-04T05:00:00+00:00"}


def sent(rows: list[Outgoing], kind: str) -> list[datetime]:
    """When each message of a kind left."""
    return sorted(row.sent_at for row in rows if row.kind == kind and row.sent_at is not None)


@pytest.mark.long
def test_the_last_of_fifty_alerts_leaves_by_second_52_and_no_nag_goes_before_it() -> None:
    with a_slack_office() as slack_office:
        office = slack_office.office
        for number in range(10):
            slack_office.says(PARTNERS[0], f"Something else {number}", key=f"nag:{number}")
        for _ in range(MANY):
            office.done("business-manager", "incident.start", pathway="serious-incident", facts=FACTS)
        began = office.now
        slack_office.deliver(timedelta(seconds=70))
        people = {post: office.person(post) for post in PARTNERS}
        by_person: dict[str, list[Outgoing]] = defaultdict(list)
        with office.reading() as scope:
            for row in scope.session.exec(select(Outgoing)):
                by_person[row.person].append(row)
            for post, person in people.items():
                alerts = sent(by_person[person], "incident-alert")
                assert len(alerts) == MANY, post
                assert alerts[-1] - began <= WITHIN
                for nag in sent(by_person[person], "cover-arranged"):
                    assert nag > alerts[-1]
        assert not slack_office.standin.problems
