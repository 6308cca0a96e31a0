"""What each client's key has spent in its day, month or lifetime, and what it may still spend.

The store is told of spending by the record: a decision and what it is charged go into one transaction, so that neither
a replayed journal nor a crash counts anything twice or not at all. Here is what has to be known at once: the store's
totals as last read, what was spent since, and what requests under way may cost.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from turnout.errors import BudgetReached
from turnout.evidence.decisions import TOTAL, periods_of
from turnout.explain import dollars
from turnout.gateway.keys import ClientKey, Per

__all__ = ["Budgets", "Reservation"]

_UNITS = 10**12  # of a dollar: whole numbers, so that sums are exact
_DAY_S = 86_400

_Amounts = defaultdict[tuple[str, str], int]  # by (key id, period)


@dataclass(slots=True)
class Reservation:
    """Money set aside for one request, until it is settled."""

    key_id: str
    periods: tuple[str, str, str]
    units: int
    open: bool = True

    @property
    def usd(self) -> float:
        """The same in dollars."""
        return self.units / _UNITS


class Budgets:
    """Spending of keys against their budgets.

    A request is let in when what was spent, what requests under way set aside, and what it may cost itself are within
    the budget. So spending stays within it, but for what requests under way are billed above what they set aside. Of
    other servers at the same store, only what the store had been told at the last reading is known: a second or two
    of their spending may come on top.
    """

    def __init__(self) -> None:
        self._stored: dict[tuple[str, str], int] = {}
        self._since: _Amounts = defaultdict(int)
        self._reserved: _Amounts = defaultdict(int)
        self._day = -1
        self._periods = ("", "", TOTAL)

    def periods(self) -> tuple[str, str, str]:
        """The day, the month and "total", as of now (UTC)."""
        day = int(time.time()) // _DAY_S
        if day != self._day:
            self._day = day
            self._periods = periods_of(date(1970, 1, 1) + timedelta(days=day))
        return self._periods

    def spent_usd(self, key: ClientKey) -> float:
        """What counts in the key's current period, without requests under way."""
        return self._spent(key.id, self._period(key.per)) / _UNITS

    def left_usd(self, key: ClientKey) -> float | None:
        """What one more request may cost; None = the key has no budget."""
        return None if key.max_usd is None else max(self._free(key, key.max_usd), 0) / _UNITS

    def reserve(self, key: ClientKey, usd: float, *, at_most: float = 0.0) -> Reservation:
        """Set aside what a request should cost, or `at_most` as far as the budget goes; raises `BudgetReached` when
        `usd` is more than is left.

        A key whose budget is used up is let nothing more, not even a request that is thought to be free.
        """
        units = math.ceil(usd * _UNITS)
        if key.max_usd is not None:
            free = self._free(key, key.max_usd)
            if units > free or free <= 0:
                raise BudgetReached(_refusal(key, self.spent_usd(key), max(free, 0), units))
            units = max(units, min(free, math.ceil(at_most * _UNITS)))
        else:
            units = max(units, math.ceil(at_most * _UNITS))
        made = Reservation(key.id, self.periods(), units)
        for period in made.periods:
            self._reserved[key.id, period] += units
        return made

    def settle(self, reservation: Reservation, usd: float | None) -> float:
        """Replace what was set aside by the bill, and return what counts (USD): `Exchange.charged_usd`.

        None = nobody knows the bill: what was set aside stays counted. 0.0 = nothing was asked of anybody. A second
        call changes nothing and returns 0.0.
        """
        if not reservation.open:
            return 0.0
        reservation.open = False
        units = reservation.units if usd is None else math.ceil(usd * _UNITS)
        for period in reservation.periods:
            account = (reservation.key_id, period)
            self._since[account] += units
            self._reserved[account] -= reservation.units
            if not self._reserved[account]:
                del self._reserved[account]
        return units / _UNITS

    def stored(self, charges: Iterable[tuple[str, datetime, float]], totals: Mapping[tuple[str, str], float]) -> None:
        """The store now holds these charges (key id, time, USD), which were settled here, and has these totals."""
        for key_id, at, usd in charges:
            for period in periods_of(at.astimezone(UTC).date()):
                self._since[key_id, period] -= round(usd * _UNITS)
        self._stored = {account: round(usd * _UNITS) for account, usd in totals.items()}
        current = self.periods()
        for account in [a for a, units in self._since.items() if units == 0 or a[1] not in current]:
            del self._since[account]

    def resets_in_s(self, key: ClientKey) -> float | None:
        """Seconds until a new period begins; None = never."""
        now = datetime.now(UTC)
        if key.per == "total":
            return None
        start = now.replace(hour=0, minute=0, second=0, microsecond=0)
        if key.per == "day":
            end = start + timedelta(days=1)
        else:
            end = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        return (end - now).total_seconds()

    def _period(self, per: Per) -> str:
        day, month, total = self.periods()
        return day if per == "day" else month if per == "month" else total

    def _free(self, key: ClientKey, max_usd: float) -> int:
        period = self._period(key.per)
        taken = self._spent(key.id, period) + self._reserved.get((key.id, period), 0)
        return math.floor(max_usd * _UNITS) - taken

    def _spent(self, key_id: str, period: str) -> int:
        account = (key_id, period)
        return self._stored.get(account, 0) + self._since.get(account, 0)


def _refusal(key: ClientKey, spent_usd: float, free: int, wanted: int) -> str:
    budget = f"{dollars(key.max_usd)} {'in total' if key.per == 'total' else f'a {key.per}'}"
    if free == 0:
        return f"the budget of {key.id}, {budget}, is used up"
    return (
        f"the budget of {key.id} is {budget}, {dollars(spent_usd)} of it is spent, and {dollars(free / _UNITS)}"
        f" are free: not enough for a request that may cost {dollars(wanted / _UNITS)}"
    )
