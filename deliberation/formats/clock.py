"""How an export words moments in its column datetime, so that the same words can be written again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Style = Literal["java", "javascript"]

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ZONES = (
    "UTC",
    "Asia/Jakarta",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Helsinki",
    "Asia/Taipei",
    "Asia/Tokyo",
    "Asia/Singapore",
    "Australia/Sydney",
    "Pacific/Auckland",
)
UTC_IN_JAVASCRIPT = "GMT+0000 (Coordinated Universal Time)"


@dataclass(frozen=True)
class Clock:
    """A style and a time zone.

    Attributes
    ----------
    style : "java" as in ``Sat Nov 17 05:09:36 WIB 2018``, "javascript" as in
        ``Sat Nov 17 2018 05:09:36 GMT+0000 (Coordinated Universal Time)``, which is always in UTC
    zone : a name of the IANA data base, or a letter code with a fixed offset such as ``XYZ+07:00``
    """

    style: Style = "java"
    zone: str = "UTC"

    def words(self, moments: NDArray[np.int64]) -> list[str]:
        """Each moment, in milliseconds since 1970, as this clock words it."""
        seconds = np.asarray(moments, dtype=np.int64) // 1000
        hours, which = np.unique(seconds // 3600, return_inverse=True)
        zone = _zone(self.zone)
        local = [datetime.fromtimestamp(hour * 3600, UTC).astimezone(zone) for hour in hours.tolist()]
        offsets = np.array(
            [int((moment.utcoffset() or timedelta(0)).total_seconds()) for moment in local], dtype=np.int64
        )
        names = [moment.tzname() or "" for moment in local]
        shown = seconds + (offsets[which] if len(local) else 0)
        dates = _dates(shown // 86_400)
        worded = []
        for (day, year), clock, hour in zip(dates, (shown % 86_400).tolist(), which.tolist(), strict=True):
            time = f"{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}"
            if self.style == "java":
                worded.append(f"{day} {time} {names[hour]} {year}")
            else:
                worded.append(f"{day} {year} {time} {UTC_IN_JAVASCRIPT}")
        return worded

    @classmethod
    def told_by(cls, texts: Sequence[str], moments: NDArray[np.int64]) -> Self | None:
        """The clock that words the moments exactly as they stand in ``texts``; None where none is known to.

        Of more than 100,000 moments an evenly spaced part is compared.
        """
        if len(texts) == 0:
            return None
        step = 1 + len(texts) // 100_000
        texts, moments = list(texts[::step]), moments[::step]
        probe = sorted({0, len(texts) // 2, len(texts) - 1})
        for clock in [
            cls("javascript"),
            *(cls("java", zone) for zone in ZONES),
            *cls._fixed(texts[0], int(moments[0])),
        ]:
            if all(clock.words(moments[[place]]) == [texts[place]] for place in probe) and clock.words(moments) == list(
                texts
            ):
                return clock
        return None

    @classmethod
    def _fixed(cls, text: str, moment: int) -> list[Self]:
        """A clock with the letter code and the offset that one text shows."""
        parts = text.split()
        if len(parts) != 6:
            return []
        _, month, date, time, code, year = parts
        try:
            local = datetime.strptime(f"{date} {MONTHS.index(month) + 1} {year} {time}", "%d %m %Y %H:%M:%S").replace(
                tzinfo=UTC
            )
        except ValueError:
            return []
        minutes = round((local.timestamp() - moment // 1000) / 60)
        if abs(minutes) >= 24 * 60 or not code.isalpha():
            return []
        return [cls("java", f"{code}{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}")]


def _zone(name: str) -> tzinfo:
    """The zone of a name: ``XYZ+07:00`` is a fixed offset, anything else is looked up."""
    if name[-6:-5] in {"+", "-"} and name[-3:-2] == ":":
        offset = timedelta(hours=int(name[-5:-3]), minutes=int(name[-2:]))
        return timezone(-offset if name[-6] == "-" else offset, name[:-6])
    return ZoneInfo(name)


def _dates(days: NDArray[np.int64]) -> list[tuple[str, int]]:
    """Each day since 1970 as ("Sat Nov 17", 2018)."""
    unique, which = np.unique(days, return_inverse=True)
    dates = [datetime(1970, 1, 1) + timedelta(days=day) for day in unique.tolist()]
    worded = [(f"{DAYS[date.weekday()]} {MONTHS[date.month - 1]} {date.day:02}", date.year) for date in dates]
    return [worded[place] for place in which.tolist()]
