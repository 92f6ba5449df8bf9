"""Every word that people type, by idea. The grammar, the help and docs/commands.md are made from this list."""

from commands.saying import Word

from . import (
    about_us,
    actions,
    cases,
    identity,
    incidents,
    later,
    lists,
    meetings,
    mine,
    people,
    report_business,
    report_rounds,
    report_status,
    reports,
    steering,
    undelivered,
    watch,
)

WORDS: tuple[Word, ...] = (
    *meetings.WORDS,
    *incidents.WORDS,
    *cases.WORDS,
    *lists.WORDS,
    *incidents.SWITCHES,
    *watch.WORDS,
    *reports.WORDS,
    *report_rounds.WORDS,
    *report_status.WORDS,
    *report_business.WORDS,
    *actions.WORDS,
    *people.WORDS,
    *mine.WORDS,
    *identity.WORDS,
    *undelivered.WORDS,
    *steering.WORDS,
    *about_us.WORDS,
    *later.WORDS,
)
