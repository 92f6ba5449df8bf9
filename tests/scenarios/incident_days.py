"""The days of serious incidents, worked by hand on a calendar, with their weekdays.

Each incident comes in by mail on a Friday at 18:10, of which a doctor became aware at 15:30, and is typed in on the
Tuesday after. Bank holidays of those weeks: Christmas Day is Friday 25 December 2026, its Monday 28 December stands for
Boxing Day, and New Year's Day is a Friday; Good Friday is 26 March 2027 and Easter Monday the 29th, with the clocks
going forward on the Sunday between; the Spring Bank Holiday is Monday 31 May 2027; the clocks go back on Sunday 31
October 2027; Christmas and Boxing Day of 2027 are kept on Monday 27 and Tuesday 28 December, New Year's Day of 2028 on
Monday 3 January.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest


@dataclass(frozen=True)
class Course:
    """One incident: its name, and its days by what they are called in the head of the table."""

    name: str
    days: Mapping[str, date]

    def day(self, name: str) -> date:
        """One of its days."""
        return self.days[name]

    def words(self, name: str) -> str:
        """One of its days as people read it."""
        day = self.days[name]
        return f"{day:%A} {day.day} {day:%B %Y}"

    def at(self, name: str, hour: str) -> str:
        """An hour of one of its days, local."""
        return f"{self.days[name]} {hour}"

    def typed(self, name: str) -> str:
        """One of its days as somebody types it into a form."""
        return self.days[name].isoformat()


def read(table: str) -> Sequence[Course]:
    """The courses of a table: a column each, with its name in the first line; a row for each day."""
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    names = lines[0][1:]
    rows = {line[0]: [_day(cell) for cell in line[1:]] for line in lines[1:]}
    return [Course(name, {row: days[place] for row, days in rows.items()}) for place, name in enumerate(names)]


def _day(cell: str) -> date:
    """A day with its weekday, such as "Tue 30 Mar 2027". A weekday that does not fit is a slip in the table."""
    found = datetime.strptime(cell, "%a %d %b %Y").date()  # noqa: DTZ007 (a day has no zone)
    assert f"{found:%a}" == cell[:3], f"{cell} is a {found:%A}"
    return found


BUCKINGHAMSHIRE = read("""
         | christmas       | easter          | spring          | autumn
received | Fri 25 Dec 2026 | Fri 26 Mar 2027 | Fri 28 May 2027 | Fri 29 Oct 2027
typed in | Tue 29 Dec 2026 | Tue 30 Mar 2027 | Tue 1 Jun 2027  | Tue 2 Nov 2027
Day 1    | Tue 29 Dec 2026 | Tue 30 Mar 2027 | Fri 28 May 2027 | Fri 29 Oct 2027
Day 2    | Wed 30 Dec 2026 | Wed 31 Mar 2027 | Tue 1 Jun 2027  | Mon 1 Nov 2027
Day 10   | Tue 12 Jan 2027 | Mon 12 Apr 2027 | Fri 11 Jun 2027 | Thu 11 Nov 2027
Day 12   | Thu 14 Jan 2027 | Wed 14 Apr 2027 | Tue 15 Jun 2027 | Mon 15 Nov 2027
Day 14   | Mon 18 Jan 2027 | Fri 16 Apr 2027 | Thu 17 Jun 2027 | Wed 17 Nov 2027
Day 15   | Tue 19 Jan 2027 | Mon 19 Apr 2027 | Fri 18 Jun 2027 | Thu 18 Nov 2027
report   | Sun 18 Jul 2027 | Sat 16 Oct 2027 | Fri 17 Dec 2027 | Wed 17 May 2028
written  | Mon 1 Mar 2027  | Mon 2 Aug 2027  | Mon 29 Nov 2027 | Mon 10 Jan 2028
copy     | Fri 19 Mar 2027 | Fri 20 Aug 2027 | Wed 22 Dec 2027 | Mon 24 Jan 2028
publish  | Thu 1 Apr 2027  | Wed 1 Sep 2027  | Wed 5 Jan 2028  | Wed 2 Feb 2028
""")
"""Day 1 is the day of receipt, or the first working day after it; the others are the working days counted on from it.
The report is due six months after the decision on Day 14, on whatever weekday; the copy seven full working days before
publication, with Good Friday and Easter Monday, the August holiday, or those of Christmas 2027 between."""

GLOUCESTERSHIRE = read("""
                | christmas       | easter          | spring          | autumn
received        | Fri 25 Dec 2026 | Fri 26 Mar 2027 | Fri 28 May 2027 | Fri 29 Oct 2027
typed in        | Tue 29 Dec 2026 | Tue 30 Mar 2027 | Tue 1 Jun 2027  | Tue 2 Nov 2027
Panel           | Tue 5 Jan 2027  | Mon 5 Apr 2027  | Mon 7 Jun 2027  | Fri 5 Nov 2027
15 from aware   | Sat 9 Jan 2027  | Sat 10 Apr 2027 | Sat 12 Jun 2027 | Sat 13 Nov 2027
notified        | Wed 30 Dec 2026 | Thu 1 Apr 2027  | Thu 3 Jun 2027  | Thu 4 Nov 2027
15 from notified| Thu 14 Jan 2027 | Fri 16 Apr 2027 | Fri 18 Jun 2027 | Fri 19 Nov 2027
15 working      | Thu 21 Jan 2027 | Thu 22 Apr 2027 | Thu 24 Jun 2027 | Thu 25 Nov 2027
written         | Mon 1 Mar 2027  | Mon 2 Aug 2027  | Mon 29 Nov 2027 | Mon 10 Jan 2028
copy            | Fri 19 Mar 2027 | Fri 20 Aug 2027 | Wed 22 Dec 2027 | Mon 24 Jan 2028
publish         | Thu 1 Apr 2027  | Wed 1 Sep 2027  | Wed 5 Jan 2028  | Wed 2 Feb 2028
""")
"""The Panel is notified within five working days of awareness. The rapid review has fifteen days: from awareness, the
earliest reading, which is chased; from the notification, which is due; fifteen working days from it, the outer date."""


def played(courses: Sequence[Course]) -> list[Any]:
    """The courses as a test plays them: the one over Christmas each time, the others where there is time for it."""
    return [
        pytest.param(course, id=course.name, marks=() if course.name == "christmas" else pytest.mark.long)
        for course in courses
    ]
