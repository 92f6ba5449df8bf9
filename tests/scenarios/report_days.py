"""The days of reports and audits, worked by hand on a calendar, with their weekdays.

The Early May Bank Holiday of 2027 is Monday 3 May; Good Friday is 26 March, Easter Monday the 29th. Steps of chasing
are counted in working days from the day on which something is due, that day itself being day nought.
"""

from tests.scenarios.incident_days import read

SPRING, SUMMER = read("""
               | spring          | summer
planned        | Tue 11 May 2027 | Tue 17 Aug 2027
due as planned | Fri 30 Apr 2027 | Fri 6 Aug 2027
opened         | Fri 16 Apr 2027 | Fri 23 Jul 2027
meeting        | Thu 6 May 2027  | Tue 17 Aug 2027
due            | Mon 26 Apr 2027 | Fri 6 Aug 2027
3 before       | Wed 21 Apr 2027 | Tue 3 Aug 2027
1 after        | Tue 27 Apr 2027 | Mon 9 Aug 2027
2 after        | Wed 28 Apr 2027 | Tue 10 Aug 2027
3 after        | Thu 29 Apr 2027 | Wed 11 Aug 2027
4 after        | Fri 30 Apr 2027 | Thu 12 Aug 2027
no more        | Tue 4 May 2027  | Fri 13 Aug 2027
executive      | Tue 8 Jun 2027  | Tue 14 Sep 2027
""")
"""South Gloucestershire's exception reports: due ten calendar days before the Senior Officers Group, on the working day
before where that is none, and asked for fourteen days before they are due. In spring the meeting moves forward from
Tuesday 11 May, whose tenth day before is Saturday 1 May, to Thursday 6 May, after the reports have been asked for. In
summer it stays: the tenth day before it is Saturday 7 August."""

[AUDIT] = read("""
                   | spring
opened             | Fri 19 Mar 2027
10 before          | Fri 16 Apr 2027
3 before           | Tue 27 Apr 2027
due                | Fri 30 Apr 2027
3 after            | Thu 6 May 2027
5 after            | Mon 10 May 2027
10 after           | Mon 17 May 2027
15 after           | Mon 24 May 2027
no more            | Tue 25 May 2027
extended           | Fri 14 May 2027
10 before extended | Thu 29 Apr 2027
3 before extended  | Tue 11 May 2027
""")
"""Gloucestershire's Section 11 audit of 2027: due on the last working day of April, and asked for 42 days before it."""
