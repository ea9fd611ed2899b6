"""Instants of UTC turned into local wall time, for whole columns at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]

_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = -719_000  # within year 1 and 9998: the calendar of datetime ends beyond
_LAST_DAY = 2_932_000


def wall_seconds(utc: Int64s, zone: ZoneInfo) -> Int64s:
    """Seconds of UTC since 1970 (n) -> seconds of wall time in ``zone`` since 1970 (n).

    The offset is looked up once per distinct day; only on days in which it changes is it looked up per distinct
    second. Where clocks go back, two instants share one wall time.
    """
    days, place = np.unique(utc // _DAY, return_inverse=True)
    starts = _offsets(days, zone)
    steady = starts == _offsets(days + 1, zone)
    offsets: Int64s = starts[place]
    changing = ~steady[place]
    if changing.any():
        seconds, position = np.unique(utc[changing], return_inverse=True)
        exact = np.fromiter((_offset(int(second), zone) for second in seconds), dtype=np.int64, count=len(seconds))
        offsets[changing] = exact[position]
    return utc + offsets


def _offsets(days: Int64s, zone: ZoneInfo) -> Int64s:
    """Offsets at the start of each day of UTC (n days since 1970) in seconds."""
    clipped = np.clip(days, _FIRST_DAY, _LAST_DAY)
    return np.fromiter((_offset(int(day) * _DAY, zone) for day in clipped), dtype=np.int64, count=len(clipped))


def _offset(second: int, zone: ZoneInfo) -> int:
    moment = (_EPOCH + timedelta(seconds=second)).astimezone(zone)
    offset = moment.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
