"""Moments in the words of an export."""

from datetime import UTC, datetime

import numpy as np
import pytest

from deliberation.formats.clock import Clock

MOMENTS = np.array([1_542_406_176_584, 1_531_000_000_000, 0], dtype=np.int64)


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        (Clock("java", "Asia/Jakarta"), "Sat Nov 17 05:09:36 WIB 2018"),
        (Clock("java", "America/Los_Angeles"), "Fri Nov 16 14:09:36 PST 2018"),
        (Clock("java", "XYZ-03:30"), "Fri Nov 16 18:39:36 XYZ 2018"),
        (Clock("javascript"), "Fri Nov 16 2018 22:09:36 GMT+0000 (Coordinated Universal Time)"),
    ],
)
def test_a_moment_is_worded_as_the_source_does(clock: Clock, words: str) -> None:
    assert clock.words(MOMENTS)[0] == words


@pytest.mark.parametrize("zone", ["UTC", "Asia/Jakarta", "America/Los_Angeles", "America/Chicago", "XYZ+05:45"])
def test_the_clock_is_told_by_its_words(zone: str) -> None:
    start = int(datetime(2022, 3, 1, tzinfo=UTC).timestamp()) * 1000
    moments = np.arange(start, start + 300 * 86_400_000, 7_777_777, dtype=np.int64)  # across two changes of the hour
    clock = Clock("java", zone)
    assert Clock.told_by(clock.words(moments), moments) == clock


def test_words_of_no_known_clock_tell_none() -> None:
    assert Clock.told_by([], MOMENTS[:0]) is None
    assert Clock.told_by(["17.11.2018 05:09"], MOMENTS[:1]) is None
    assert Clock.told_by(["Sat Nov 17 05:09:36 WIB 2018", "some day"], MOMENTS[:2]) is None


def test_every_second_of_a_day_with_a_change_of_the_hour_is_right() -> None:
    """An independent wording, by the standard library, of the night when Los Angeles sets its clocks back."""
    from zoneinfo import ZoneInfo

    start = int(datetime(2022, 11, 6, 7, tzinfo=UTC).timestamp())
    seconds = np.arange(start, start + 6 * 3600, 11, dtype=np.int64)
    zone = ZoneInfo("America/Los_Angeles")
    expected = [datetime.fromtimestamp(s, zone).strftime("%a %b %d %H:%M:%S %Z %Y") for s in seconds.tolist()]
    assert Clock("java", "America/Los_Angeles").words(seconds * 1000 + 999) == expected
