# ruff: noqa: E501 (a definition has a line for each entry)
"""The partnership of the drill: invented, with everything in its pathway that a case can come upon.

Its words about the case are allowed on our own page, which no shipped definition allows, so that they are tried too.
"""

from commands.definitions import Definition, read_definition

ID = "drillshire"
PATHWAY = "serious-incident"
HANDLER = "business-manager"
COUNCIL, COUNCIL_DEPUTY, COUNCIL_SENIOR = "council-lead", "council-deputy", "council-chief"
POLICE, HEALTH, HEALTH_SENIOR = "police-lead", "health-lead", "health-chief"
DECIDER, DOCTOR, TEACHER, SCRUTINEER = "independent-chair", "designated-doctor", "head-teacher", "scrutineer"
TEAM, SCHOOLS, REPORT = "team-leader", "schools", "report"
"""Who owes the report of the drill: a post, and an agency whose lead and senior have no account."""

_POSTS = {
    HANDLER: "council",
    COUNCIL: "council",
    COUNCIL_DEPUTY: "council",
    COUNCIL_SENIOR: "council",
    POLICE: "police",
    HEALTH: "nhs",
    HEALTH_SENIOR: "nhs",
    DECIDER: "",
    DOCTOR: "nhs",
    TEACHER: "schools",
    SCRUTINEER: "",
    TEAM: "schools",
}

_TEXT = """
format = 1
id = "drillshire"
name = "Drillshire Safeguarding Children Partnership"
short = "Drillshire SCP"
from = 2021-01-01
source = "drill §1"
secretariat = { name = "Safeguarding Unit", business_manager = "business-manager", source = "drill §2" }
front_door = { name = "Drillshire front door", telephone = "01632 960999", source = "drill §2" }
agencies = [
    { id = "council", name = "Drillshire Council", source = "drill §3" },
    { id = "police", name = "Drillshire Police", source = "drill §3" },
    { id = "nhs", name = "NHS Drillshire", source = "drill §3" },
    { id = "schools", name = "Drillshire Schools Forum", source = "drill §3" },
]
partners = [
    { id = "council", agency = "council", lead = "council-lead", deputy = "council-deputy", senior = "council-chief", source = "drill §3" },
    { id = "police", agency = "police", lead = "police-lead", source = "drill §3" },
    { id = "nhs", agency = "nhs", lead = "health-lead", senior = "health-chief", source = "drill §3" },
]
posts = [
@POSTS@
]

[[bodies]]
id = "national-panel"
name = "National Child Safeguarding Practice Review Panel"
source = "drill §5"

[[groups]]
id = "executive"
name = "Executive"
nature = "executive"
chair = "council-lead"
papers_by = "business-manager"
minutes_by = "business-manager"
papers = { days = 7, source = "drill §4" }
minutes = { days = 14, source = "drill §4" }
source = "drill §4"
seats = [
    { post = "council-lead", decides = true, source = "drill §4" },
    { post = "police-lead", decides = true, source = "drill §4" },
    { post = "health-lead", decides = true, source = "drill §4" },
    { post = "head-teacher", source = "drill §4" },
    { post = "designated-doctor", capacity = "adviser", source = "drill §4" },
    { post = "scrutineer", capacity = "scrutineer", source = "drill §4" },
]
cycles = [{ kind = "months", every = 1, source = "drill §4" }]

[[registers]]
id = "actions"
name = "Action log"
kind = "actions"
kept_by = "business-manager"
reviewed_at = "executive"
source = "drill §4"

[[returns]]
id = "report"
name = "Report of the drill"
form = "drill"
from_posts = ["team-leader"]
from_agencies = ["schools"]
to_group = "executive"
lead_days = 26
opens_days = 8
signed_off = true
approved_by = "business-manager"
moderated_by = "business-manager"
source = "drill §6"

[[forms]]
format = 1
id = "drill"
name = "Report of the drill"
nothing = "Nothing to report"
source = "drill §6"
scales = { met = [{ id = "not", label = "Not met", rank = 1 }, { id = "met", label = "Met", rank = 2 }] }

[[forms.sections]]
id = "work"
title = "The work"
standard = true
source = "drill §6"
questions = [
    { id = "work", text = "What has been done?", required = true, source = "drill §6" },
    { id = "rating", text = "How far is it met?", kind = "rating", scale = "met", required = true, why = ["not"], source = "drill §6" },
    { id = "evidence", text = "Evidence", kind = "evidence", source = "drill §6" },
]

[[forms.sections]]
id = "next"
title = "What comes next"
source = "drill §6"
questions = [
    { id = "promised", text = "What became of what was promised last time?", fills = "last promises", source = "drill §6" },
    { id = "promises", text = "What will be done", becomes = "promises", source = "drill §6" },
]

[[pathways]]
id = "serious-incident"
name = "Serious child safeguarding incident"
handler = "business-manager"
decider = "independent-chair"
told = ["council-lead", "police-lead", "health-lead"]
words = true
keep_years = 1
source = "drill §5"
kinds = [
    { id = "death", name = "A child has died, and abuse or neglect is suspected @DEATH@", source = "drill §5" },
    { id = "serious-harm", name = "A child has been seriously harmed @HARM@", source = "drill §5" },
]
facts = [
    { id = "aware", name = "a professional becomes aware", source = "drill §5" },
    { id = "received", name = "the notification is received", source = "drill §5" },
    { id = "decided", name = "the decision is recorded", source = "drill §5" },
    { id = "publish", name = "the day of publication", date_only = true, source = "drill §5" },
]
stages = [
    { id = "referral", name = "Notification", owner = "referrer", due = { from = "aware", hours = 24 }, produces = "received", source = "drill §5" },
    { id = "call", name = "Conference call", owner = "business-manager", told = ["council-lead", "police-lead", "health-lead"], due = { from = "received", day = 1, unit = "working" }, call = true, checks = [{ id = "held", name = "The call has been held" }], evidence = "the minutes", source = "drill §5" },
    { id = "panel", name = "Panel notification", owner = "business-manager", told = ["national-panel"], due = { from = "received", days = 5, unit = "working" }, evidence = "the reference of the form", source = "drill §5" },
    { id = "decision", name = "Decision on a review", owner = "independent-chair", due = { from = "received", days = 15, unit = "working" }, decides = ["a review is required", "no review is required"], produces = "decided", source = "drill §5" },
    { id = "feedback", name = "Decision fed back", owner = "business-manager", told = ["referrer"], after = "decision", due = { from = "received", days = 16, unit = "working" }, source = "drill §5" },
    { id = "report", name = "Final report", owner = "business-manager", after = "decision", if_decided = ["a review is required"], due = { from = "decided", months = 6 }, target = true, source = "drill §5" },
    { id = "advance-copy", name = "Advance copy", owner = "business-manager", told = ["national-panel"], waits_for = "publish", after = "decision", if_decided = ["a review is required"], unless = ["not-published"], due = { before = "publish", days = 7, unit = "working" }, source = "drill §5" },
]
tasks = [
    { id = "oversight", name = "Independent oversight solution", owner = "independent-chair", when = ["disagreement"], source = "drill §5" },
    { id = "terms", name = "Terms of reference", owner = "business-manager", after = "decision", if_decided = ["a review is required"], source = "drill §5" },
]

[planning]
why = "For the leak drill."
year_starts = 4

[planning.groups.executive]
first = 2026-01-06
slot = "1st tuesday"
starts = 10:00:00
minutes = 60
"""


def definition(death: str, harm: str) -> Definition:
    """The definition, with a canary in the name of each kind of incident."""
    posts = "\n".join(
        f'    {{ id = "{post}", title = "{title(post)}"{f", agency = {chr(34)}{agency}{chr(34)}" if agency else ""}, '
        'source = "drill §3" },'
        for post, agency in _POSTS.items()
    )
    text = _TEXT.replace("@POSTS@", posts).replace("@DEATH@", death).replace("@HARM@", harm)
    return read_definition(text)


def title(post: str) -> str:
    """What a post is called."""
    return post.replace("-", " ").title()


def posts() -> tuple[str, ...]:
    """Every post of it."""
    return tuple(_POSTS)
