"""How the network of a scenario grows month by month: who joins, who recruits them, where they stand, who leaves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trueline.errors import Finding, Refused
from trueline.period import SECONDS_PER_DAY, Period
from trueline.simulate.draws import Draws, Event, threshold, whole_or_one_more
from trueline.simulate.people import Int64s, People
from trueline.simulate.recruiting import NO_QUOTA, chosen, place_below
from trueline.simulate.scenario import MOST_PEOPLE, Customers, Scenario

_WEEK = 7
_NOBODY = np.zeros(1, dtype=np.int64)
"""Whom an event of the whole company is drawn for."""


class Growth:
    """The people of one scenario and seed. ``join``, ``win_customers`` and ``leave`` are called once a month, so."""

    def __init__(self, scenario: Scenario, draws: Draws) -> None:
        self.scenario = scenario
        self.draws = draws
        self.people = People.nobody()
        self._slots = _Slots(scenario.placement.width) if scenario.placement.rule == "below sponsor" else None

    def join(self, month: int, period: Period) -> Int64s:
        """The numbers of this month's new participants, each recruited and placed after the one before."""
        came = [np.zeros(0, dtype=np.int64)]
        if month == 0:
            first_day = np.zeros(self.scenario.start, dtype=np.int64)
            came.append(self._add(month, period, first_day, self.scenario.founders))
        joined = int((~self.people.customer).sum())
        expected = self.scenario.joiners.expected(month, len(self.people.participants(month)), joined)
        count = int(whole_or_one_more(expected, self.draws.of(Event.JOINERS, month, _NOBODY))[0])
        self._refuse_too_many(count, period)
        spread = np.arange(count, dtype=np.int64) * days_of(period) // max(count, 1)
        came.append(self._add(month, period, spread, 0))
        return np.concatenate(came)

    def _refuse_too_many(self, more: int, period: Period) -> None:
        if len(self.people) + more > MOST_PEOPLE:
            message = f"In {period.label} more than {MOST_PEOPLE} people would have joined."
            finding = Finding(
                self.scenario.name, 0, 0, message, "Let fewer join, fewer customers be won, or stop earlier."
            )
            raise Refused([finding])

    def _add(self, month: int, period: Period, days: Int64s, roots: int) -> Int64s:
        """New participants who join on ``days`` (k, ascending, from 0); the first ``roots`` have no sponsor."""
        people, scenario, draws = self.people, self.scenario, self.draws
        there, count = len(people), len(days)
        numbers = people.come(
            period.start_seconds + days * SECONDS_PER_DAY, month, np.full(count, -1, dtype=np.int64), customer=False
        )
        rule = scenario.recruiting
        people.effort[numbers] = scenario.effort.at(draws.of(Event.EFFORT, 0, numbers))
        talent = rule.talent.at(draws.of(Event.TALENT, 0, numbers))
        talent[draws.happens(Event.NEVER, 0, numbers, rule.never)] = 0
        people.weight[numbers] = talent * people.effort[numbers] if rule.by_effort else talent
        base = np.where(people.customer | (people.left < month), 0, people.weight)
        sponsor = np.full(count, -1, dtype=np.int64)
        drawn, slope = draws.of(Event.RECRUITER, month, numbers[roots:]), int(rule.law == "preferential")
        try:
            sponsor[roots:] = chosen(
                base, people.recruits, there + roots, drawn, slope=slope, most=rule.quota or NO_QUOTA
            )
        except OverflowError as error:
            message, remedy = str(error).split("; ")
            raise Refused([Finding(scenario.name, 0, 0, f"{message}.", remedy.capitalize())]) from None
        people.sponsor[numbers] = people.placed[numbers] = sponsor
        self._place(month, numbers, roots)
        return numbers

    def _place(self, month: int, numbers: Int64s, roots: int) -> None:
        people, rule = self.people, self.scenario.placement
        if not len(numbers):
            return
        if self._slots is not None:
            parent = self._slots.below(people.sponsor[numbers], int(numbers[0]))
        elif rule.rule == "anywhere":
            first = int(numbers[0]) + roots
            base = np.where(people.customer | (people.left < month), 0, 1).astype(np.int64)
            taken = np.bincount(people.placed[:first][people.slot[:first] >= 0], minlength=len(people)).astype(np.int64)
            draws = self.draws.of(Event.PLACE, month, numbers[roots:])
            parent = chosen(base, taken, first, draws, start=rule.width, slope=-1, most=rule.width)
            parent = np.concatenate([np.full(roots, -1, dtype=np.int64), parent])
        else:
            return
        people.placed[numbers] = parent
        people.slot[numbers] = self._slots_taken(parent, int(numbers[0]))

    def _slots_taken(self, parent: Int64s, first: int) -> Int64s:
        """The slot of each newcomer: how many stood below the parent (of those in slots) when it came; −1 of a root."""
        people = self.people
        before = np.zeros(len(people), dtype=np.int64)
        inside = people.slot[:first] >= 0
        np.add.at(before, people.placed[:first][inside], 1)
        order = np.argsort(parent, kind="stable")
        runs = parent[order]
        starts = np.flatnonzero(np.append(True, runs[1:] != runs[:-1]))
        within = np.arange(len(runs)) - np.repeat(starts, np.diff(np.append(starts, len(runs))))
        found = np.empty(len(parent), dtype=np.int64)
        found[order] = within + before[runs]
        return np.where(parent >= 0, found, -1)

    def win_customers(self, month: int, period: Period, rule: Customers) -> Int64s:
        """The numbers of this month's new customers, by participant, each joining on a day of the month."""
        people, draws = self.people, self.draws
        sellers = people.participants(month)
        won = np.zeros(len(sellers), dtype=np.int64)
        trained = people.completed[sellers] < period.end_seconds
        chance = draws.of(Event.CUSTOMERS, month, sellers)
        for effort in np.unique(people.effort[sellers]).tolist():
            for done in (False, True):
                rows = (people.effort[sellers] == effort) & (trained == done)
                factor = self.scenario.training.won if done and self.scenario.training else 1
                won[rows] = whole_or_one_more(rule.won * effort * factor, chance[rows])
        self._refuse_too_many(int(won.sum()), period)
        sponsor = np.repeat(sellers, won)
        if not len(sponsor):
            return sponsor
        next_numbers = np.arange(len(people), len(people) + len(sponsor), dtype=np.int64)
        first = np.maximum(people.joined[sponsor] - period.start_seconds, 0) // SECONDS_PER_DAY
        day = draws.days(Event.FIRST_DAY, month, next_numbers, first, days_of(period) - 1)
        return people.come(period.start_seconds + day * SECONDS_PER_DAY, month, sponsor, customer=True)

    def leave(self, month: int, period: Period, poor: NDArray[np.bool_]) -> None:
        """Those who leave at the end of the month; ``poor`` [n] are those whose result may make them."""
        people, draws, rule = self.people, self.draws, self.scenario.leaving
        there = people.participants(month)
        drawn = draws.of(Event.LEAVE, month, there)
        tenure = month - people.month[there] + 1
        step = np.searchsorted([start for start, _ in rule.steps], tenure, side="right") - 1
        trained, called = people.completed[there] < period.end_seconds, people.called[there] < period.end_seconds
        gone = np.zeros(len(there), dtype=np.bool_)
        training, contact = self.scenario.training, self.scenario.contact
        for number, (_, chance) in enumerate(rule.steps):
            for done in (False, True):
                for talked in (False, True):
                    rows = (step == number) & (trained == done) & (called == talked)
                    factor = (training.leaving if done and training else 1) * (
                        contact.leaving if talked and contact else 1
                    )
                    gone[rows] = drawn[rows] < threshold(chance * factor)
        if rule.by_result is not None:
            gone |= poor[there] & draws.happens(Event.LEAVE_BY_RESULT, month, there, rule.by_result.chance)
        people.left[there[gone]] = month
        if self.scenario.customers is not None:
            buyers = people.customers(month)
            chance = self.scenario.customers.leaving
            people.left[buyers[draws.happens(Event.CUSTOMER_LEAVE, month, buyers, chance)]] = month

    def meet(self, numbers: Int64s) -> None:
        """Newcomers who complete their training, and those whom their sponsor calls: on which day, if at all."""
        people, draws = self.people, self.draws
        training, contact = self.scenario.training, self.scenario.contact
        if training is not None:
            done = numbers[draws.happens(Event.TRAINING, 0, numbers, training.completes)]
            day = draws.of(Event.TRAINING_DAY, 0, done) % training.within
            people.completed[done] = people.joined[done] + day * SECONDS_PER_DAY
        if contact is not None:
            sponsored = numbers[people.sponsor[numbers] >= 0]
            called = sponsored[draws.happens(Event.CONTACT, 0, sponsored, contact.chance)]
            day = draws.of(Event.CONTACT_DAY, 0, called) % _WEEK
            people.called[called] = people.joined[called] + day * SECONDS_PER_DAY


class _Slots:
    """Who stands in which slot of the placement tree, when newcomers go below their sponsor."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.children = np.zeros((0, width), dtype=np.int64)
        self.parent, self.filled, self.size = (np.zeros(0, dtype=np.int64) for _ in range(3))

    def below(self, sponsor: Int64s, first: int) -> Int64s:
        """The parents (k) of newcomers first, first + 1, …, each placed after the one before."""
        need = first + len(sponsor)
        if need > len(self.filled):
            more = max(need, 2 * len(self.filled)) - len(self.filled)
            self.children = np.concatenate([self.children, np.zeros((more, self.width), dtype=np.int64)])
            grown = (np.concatenate([c, np.zeros(more, dtype=np.int64)]) for c in (self.parent, self.filled, self.size))
            self.parent, self.filled, self.size = grown
        place_below(np.ascontiguousarray(sponsor), first, self.parent, self.children, self.filled, self.size)
        return self.parent[first:need].copy()


def days_of(period: Period) -> int:
    """How many days a month has."""
    return (period.end - period.start).days
