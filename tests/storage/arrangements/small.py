"""A small partnership for tests, in which nothing is wrong, and a small rule pack."""

import tomllib
from typing import Any

from storage.arrangements.packs import RulePack
from storage.arrangements.partnership import Arrangements

SMALL = """
format = 1
id = "northshire"
name = "Northshire Safeguarding Children Partnership"
short = "Northshire"
from = 2019-09-29
source = "N §1"
documents = [{ code = "N", title = "Arrangements" }]

[secretariat]
name = "Business Unit"
business_manager = "manager"

[front_door]
name = "Front Door"
telephone = "01234 567890"
out_of_hours = "01234 567891"

[[agencies]]
id = "council"
name = "Northshire Council"
sector = "council"
section_11 = true
source = "N §2"

[[partners]]
id = "council"
agency = "council"
lead = "director"
senior = "chief"
source = "N §2"

[[posts]]
id = "chief"
title = "Chief Executive"
agency = "council"
source = "N §2"

[[posts]]
id = "director"
title = "Director of Children's Services"
agency = "council"
source = "N §2"

[[posts]]
id = "manager"
title = "Business Manager"
source = "N §2"

[[bodies]]
id = "national-panel"
name = "National Panel"
source = "N §9"

[[groups]]
id = "executive"
name = "Executive"
nature = "executive"
source = "N §3"
chair = "director"
seats = [{ post = "director", decides = true }, { post = "manager", capacity = "attends" }]
cycles = [{ kind = "yearly", times = 4 }]
papers = { days = 7 }
minutes = { days = 14 }
quorum = { kind = "number", number = 2, deputies = "count", vacancies = "do not count" }

[[groups]]
id = "officers"
name = "Senior Officers Group"
nature = "management"
source = "N §4"
parent = "executive"
answers_to = ["executive"]
chair = "manager"
cycles = [{ kind = "before", group = "executive", days = 28 }]
papers = { days = 5, unit = "working" }
minutes = { days = 14 }
quorum = { kind = "discretion" }

[[groups]]
id = "cdop"
name = "Child Death Overview Panel"
aliases = ["CDOP"]
nature = "panel"
source = "N §5"
chair = "director"
cycles = [{ kind = "months", every = 2 }]
papers = { days = 7 }
minutes = { days = 14 }
quorum = { kind = "discretion" }

[[pathways]]
id = "serious-incident"
name = "Serious incident"
handler = "manager"
told = ["director"]
overdue_told = ["chief"]
keep_years = 25
dial_in = "01234 567892"
source = "N §9"
kinds = [
    { id = "harm", name = "A child has been seriously harmed" },
    { id = "notified", name = "Notified without a review", not_needed = { decision = "x", report = "x" } },
]
ladder = { steps = [{ how = "again", minutes = 10 }, { how = "ring", minutes = 60, night = 90 }] }

[[pathways.facts]]
id = "aware"
name = "a professional becomes aware"

[[pathways.facts]]
id = "received"
name = "the form is received"

[[pathways.facts]]
id = "decided"
name = "the decision is recorded"

[[pathways.stages]]
id = "referral"
name = "Referral form"
owner = "referrer"
due = { from = "aware", hours = 24 }
produces = "received"
call = true
checks = [{ id = "call", name = "The call was held" }, { id = "minutes", name = "Minutes are there" }]

[[pathways.stages]]
id = "decision"
name = "Decision"
owner = "director"
told = ["national-panel", "referrer"]
due = { from = "received", day = 14, unit = "working" }
produces = "decided"
statutory = "review"
decides = ["a review", "no review"]

[[pathways.stages]]
id = "report"
name = "Report"
owner = "manager"
due = { from = "decided", months = 6 }
after = "decision"
if_decided = ["a review"]

[[pathways.tasks]]
id = "oversight"
name = "A way to settle it"
owner = "director"
when = ["disagreement"]
after = "referral"
source = "N §9.5"

[[pathways.tasks]]
id = "told"
name = "The Panel is told of the decision"
owner = "manager"
told = ["national-panel"]
after = "decision"
due_with = "decision"
source = "N §9.6"

[[returns]]
id = "exception"
name = "Exception report"
from_groups = ["cdop"]
to_group = "officers"
lead_days = 7
source = "N §6"

[[registers]]
id = "actions"
name = "Action log"
kind = "actions"
kept_by = "manager"
reviewed_at = "executive"
source = "N §7"

[[milestones]]
id = "one-year"
title = "One year on"
date = 2020-09-29
owner = "manager"
source = "N §8"

[planning.groups.executive]
months = [4, 7, 10, 1]
slot = "2nd tuesday"
starts = 14:00:00
minutes = 120
why = "as in former years"

[planning.groups.cdop]
slot = "2nd thursday"
first = 2019-11-01
starts = 09:30:00
minutes = 180
why = "as in former years"
"""

PACK = """
format = 1
id = "test-pack"
title = "Working Together"
nation = "england"

[[editions]]
id = "2018"
in_force = 2018-07-04

[[editions]]
id = "2023"
in_force = 2023-12-15
confirmed = false

[[editions]]
id = "2026"
in_force = 2026-03-18
confirmed = true

[[rules]]
id = "notify"
title = "Notify the national Panel"
value = 5
unit = "working days"
counts_from = "the local authority becoming aware"
editions = []
standing = "quoted"
confirmed = true
source = "004 §9.1"

[[rules]]
id = "review"
title = "Rapid review to the Panel"
value = 15
unit = "working days"
editions = ["2018", "2023"]
standing = "known"
confirmed = false

[[facts]]
id = "aware"
name = "the local authority becomes aware"

[[facts]]
id = "publish"
name = "the publication"
date_only = true

[[stages]]
id = "panel"
name = "Notification to the national Panel"
owner = "local-authority"
told = ["national-panel"]
due = { from = "aware", days = 5, unit = "working" }
statutory = "notify"
source = "004 §9.1"

[[stages]]
id = "advance-copy"
name = "Copy ahead of publication"
owner = "local-authority"
due = { before = "publish", days = 7, unit = "working" }
"""


def small(replacing: str = "", by: str = "", adding: str = "") -> str:
    """The text of the small definition with one passage replaced, and lines added at its end."""
    if replacing and SMALL.count(replacing) == 0:
        raise AssertionError(f"not in the small definition: {replacing}")
    return (SMALL.replace(replacing, by, 1) if replacing else SMALL) + adding


def arrangements(text: str = SMALL) -> Arrangements:
    """The arrangements of a text in which nothing is wrong."""
    return Arrangements.model_validate(tomllib.loads(text))


def with_pathway(pathway: dict[str, Any], **other: Any) -> Arrangements:
    """The small partnership with that pathway only."""
    mapping = tomllib.loads(SMALL) | {"pathways": [{"handler": "manager", **pathway}]} | other
    return Arrangements.model_validate(mapping)


def pack() -> RulePack:
    """The small rule pack."""
    return RulePack.model_validate(tomllib.loads(PACK))
