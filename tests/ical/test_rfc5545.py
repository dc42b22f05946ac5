"""Every example of RFC 5545 section 3.8.5.3, with the occurrences it states.

A rule without an end is looked at as far as the section lists it.
"""

import calendar as months
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from daygate.domain.moments import Window
from daygate.ical.reader import read
from daygate.ical.recurrence import expand
from tests.unit.ical.calendars import calendar, event

NEW_YORK = ZoneInfo("America/New_York")
EVERY_JANUARY = "1998 Jan 1-31 1999 Jan 1-31 2000 Jan 1-31"
EVERY_TUESDAY_AND_THURSDAY = "Sep 2 4 9 11 16 18 23 25 30 Oct 2"

# DTSTART, the rule, the days; the year is 1997 until another is named.
DAYS = [
    ("19970902", "FREQ=DAILY;COUNT=10", "Sep 2-11"),
    ("19970902", "FREQ=DAILY;UNTIL=19971224T000000Z", "Sep 2-30 Oct 1-31 Nov 1-30 Dec 1-23"),
    ("19970902", "FREQ=DAILY;INTERVAL=2",
     "Sep 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30 Oct 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30"
     " Nov 1 3 5 7 9 11 13 15 17 19 21 23 25 27 29 Dec 1 3"),
    ("19970902", "FREQ=DAILY;INTERVAL=10;COUNT=5", "Sep 2 12 22 Oct 2 12"),
    ("19980101", "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
     EVERY_JANUARY),
    ("19980101", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", EVERY_JANUARY),
    ("19970902", "FREQ=WEEKLY;COUNT=10", "Sep 2 9 16 23 30 Oct 7 14 21 28 Nov 4"),
    ("19970902", "FREQ=WEEKLY;UNTIL=19971224T000000Z",
     "Sep 2 9 16 23 30 Oct 7 14 21 28 Nov 4 11 18 25 Dec 2 9 16 23"),
    ("19970902", "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
     "Sep 2 16 30 Oct 14 28 Nov 11 25 Dec 9 23 1998 Jan 6 20 Feb 3 17"),
    ("19970902", "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
     EVERY_TUESDAY_AND_THURSDAY),
    ("19970902", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", EVERY_TUESDAY_AND_THURSDAY),
    ("19970901", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
     "Sep 1 3 5 15 17 19 29 Oct 1 3 13 15 17 27 29 31 Nov 10 12 14 24 26 28 Dec 8 10 12 22"),
    ("19970902", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
     "Sep 2 4 16 18 30 Oct 2 14 16"),
    ("19970905", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
     "Sep 5 Oct 3 Nov 7 Dec 5 1998 Jan 2 Feb 6 Mar 6 Apr 3 May 1 Jun 5"),
    ("19970905", "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "Sep 5 Oct 3 Nov 7 Dec 5"),
    ("19970907", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
     "Sep 7 28 Nov 2 30 1998 Jan 4 25 Mar 1 29 May 3 31"),
    ("19970922", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
     "Sep 22 Oct 20 Nov 17 Dec 22 1998 Jan 19 Feb 16"),
    ("19970928", "FREQ=MONTHLY;BYMONTHDAY=-3", "Sep 28 Oct 29 Nov 28 Dec 29 1998 Jan 29 Feb 26"),
    ("19970902", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
     "Sep 2 15 Oct 2 15 Nov 2 15 Dec 2 15 1998 Jan 2 15"),
    ("19970930", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
     "Sep 30 Oct 1 31 Nov 1 30 Dec 1 31 1998 Jan 1 31 Feb 1"),
    ("19970910", "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
     "Sep 10-15 1999 Mar 10-13"),
    ("19970902", "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
     "Sep 2 9 16 23 30 Nov 4 11 18 25 1998 Jan 6 13 20 27 Mar 3 10 17 24 31"),
    ("19970610", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
     "Jun 10 Jul 10 1998 Jun 10 Jul 10 1999 Jun 10 Jul 10 2000 Jun 10 Jul 10 2001 Jun 10 Jul 10"),
    ("19970310", "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
     "Mar 10 1999 Jan 10 Feb 10 Mar 10 2001 Jan 10 Feb 10 Mar 10 2003 Jan 10 Feb 10 Mar 10"),
    ("19970101", "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
     "Jan 1 Apr 10 Jul 19 2000 Jan 1 Apr 9 Jul 18 2003 Jan 1 Apr 10 Jul 19 2006 Jan 1"),
    ("19970519", "FREQ=YEARLY;BYDAY=20MO", "May 19 1998 May 18 1999 May 17"),
    ("19970512", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "May 12 1998 May 11 1999 May 17"),
    ("19970313", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
     "Mar 13 20 27 1998 Mar 5 12 19 26 1999 Mar 4 11 18 25"),
    ("19970605", "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
     "Jun 5 12 19 26 Jul 3 10 17 24 31 Aug 7 14 21 28"
     " 1998 Jun 4 11 18 25 Jul 2 9 16 23 30 Aug 6 13 20 27"
     " 1999 Jun 3 10 17 24 Jul 1 8 15 22 29 Aug 5 12 19 26"),
    ("19970902", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13\r\n"
     "EXDATE;TZID=America/New_York:19970902T090000",
     "1998 Feb 13 Mar 13 Nov 13 1999 Aug 13 2000 Oct 13"),
    ("19970913", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
     "Sep 13 Oct 11 Nov 8 Dec 13 1998 Jan 10 Feb 7 Mar 7 Apr 11 May 9 Jun 13"),
    ("19961105", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
     "1996 Nov 5 2000 Nov 7 2004 Nov 2"),
    ("19970904", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "Sep 4 Oct 7 Nov 6"),
    ("19970929", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
     "Sep 29 Oct 30 Nov 27 Dec 30 1998 Jan 29 Feb 26 Mar 30"),
    ("19970805", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "Aug 5 10 19 24"),
    ("19970805", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "Aug 5 17 19 31"),
    ("20070115", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007 Jan 15 30 Feb 15 Mar 15 30"),
]  # fmt: skip

TWENTY_MINUTES = " ".join(
    f"{hour:02}:{minute:02}" for hour in range(9, 17) for minute in (0, 20, 40)
)
# All of these begin on 2 September 1997 at nine.
TIMES = [
    # The section states 15:00 as well; but its UNTIL, 17:00 UTC, is 13:00 in New York.
    ("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", "09:00 12:00"),
    ("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", "09:00 12:00 15:00"),
    ("FREQ=MINUTELY;INTERVAL=15;COUNT=6", "09:00 09:15 09:30 09:45 10:00 10:15"),
    ("FREQ=MINUTELY;INTERVAL=90;COUNT=4", "09:00 10:30 12:00 13:30"),
    ("FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", TWENTY_MINUTES),
    ("FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16", TWENTY_MINUTES),
]


def days(text: str) -> Iterator[date]:
    year, month = 1997, 0
    for word in text.split():
        if word in months.month_abbr:
            month = list(months.month_abbr).index(word)
        elif word.isdigit() and len(word) == len("1997"):
            year = int(word)
        else:
            first, _, last = word.partition("-")
            for day in range(int(first), int(last or first) + 1):
                yield date(year, month, day)


def walls(start: str, rule: str, until: date) -> list[datetime]:
    """The local times in New York up to and with a day."""
    text = event(f"DTSTART;TZID=America/New_York:{start}T090000", f"RRULE:{rule}")
    end = datetime.combine(until + timedelta(days=1), time(), NEW_YORK).astimezone(UTC)
    found = expand(read(calendar(text)), Window(datetime(1996, 1, 1, tzinfo=UTC), end))
    assert not found.broken
    assert not found.flags
    return [
        one.span.start.astimezone(NEW_YORK).replace(tzinfo=None)
        for one in found.events
        if isinstance(one.span.start, datetime)
    ]


@pytest.mark.parametrize(("start", "rule", "stated"), DAYS)
def test_an_example_takes_place_on_the_days_it_states(start: str, rule: str, stated: str):
    expected = [datetime.combine(day, time(9)) for day in days(stated)]
    assert walls(start, rule, expected[-1].date()) == expected


@pytest.mark.parametrize(("rule", "stated"), TIMES)
def test_an_example_takes_place_at_the_times_it_states(rule: str, stated: str):
    day = date(1997, 9, 2)
    expected = [datetime.combine(day, time.fromisoformat(one)) for one in stated.split()]
    assert walls("19970902", rule, day) == expected
