"""Twenty scorers, each with one bug of a kind that happens: all of them work on the ordinary company of `world.py`."""

import math
from array import array
from collections import Counter, defaultdict
from statistics import mean, stdev
from typing import ClassVar

import msgspec
import numpy as np

from kithline_sdk import Finding, Scorer, Snapshot, hookimpl
from kithline_sdk.snapshot import DAY


class Params(msgspec.Struct, frozen=True, kw_only=True):
    persons: bool = False
    floor: int = 5
    no_floor: bool = False


def empty_group(snapshot: Snapshot) -> float:
    """A group is declared, and nobody is in it: the share of its people who are active divides by zero."""
    people, members = snapshot["populations"], snapshot["memberships"]
    active = Counter(members.texts("group"))
    counted = zip(people.texts("group"), people.columns["count"].values.tolist(), strict=True)
    return mean([active[group] / count for group, count in counted])


def unknown_department(snapshot: Snapshot) -> float:
    """A department that has members is in no list of how large departments are."""
    people = snapshot["populations"]
    size = dict(zip(people.texts("department"), people.ints("count").tolist(), strict=True))
    return mean([1 / size[one] for one in snapshot["memberships"].texts("department") if one is not None])


def sorted_days(snapshot: Snapshot) -> float:
    """Ideas stand in the order of their names, not of their times: gaps between them may be negative."""
    gaps = np.diff(snapshot["ideas"].ints("submitted_at")) // DAY
    return float(np.bincount(gaps)[0])


def not_ascii(snapshot: Snapshot) -> float:
    """A department's name is taken for plain letters."""
    return mean([len(one.encode("ascii")) for one in snapshot["memberships"].labels("department")])


def single_community(snapshot: Snapshot) -> float:
    """A spread over communities, of which there is one."""
    events = Counter(snapshot["activity_day"].texts("community"))
    return stdev(events.values())


def no_ties(snapshot: Snapshot) -> float:
    """Nobody spoke with anybody."""
    degrees = Counter(snapshot["tie_day"].ints("actor").tolist())
    return 1 / max(degrees.values())


def both_ways(snapshot: Snapshot) -> float:
    """Of a tie in both directions one is taken out of the set that is being walked through."""
    ties = snapshot["ties"]
    pairs = set(zip(ties.ints("actor").tolist(), ties.ints("target").tolist(), strict=True))
    for one, other in pairs:
        pairs.discard((other, one))
    return float(len(pairs))


def self_tie(snapshot: Snapshot) -> float:
    """Somebody is their own neighbour, and has no other distance to it than zero."""
    ties = snapshot["ties"]
    apart = [abs(a - b) for a, b in zip(ties.ints("actor").tolist(), ties.ints("target").tolist(), strict=True)]
    return mean([1 / distance for distance in apart])


def null_population(snapshot: Snapshot) -> float:
    """How many are in a department is not known."""
    return float(sum(int(count) for count in snapshot["populations"].floats("count")))


def negative_weight(snapshot: Snapshot) -> float:
    """A weight between organisations is below zero: somebody wrote down what was lost."""
    return sum(math.sqrt(weight) for weight in snapshot["organisation_ties"].floats("weight").tolist())


def huge_count(snapshot: Snapshot) -> float:
    """A machine posts more than fits into 32 bits."""
    return float(sum(array("i", snapshot["activity_day"].ints("count").tolist())))


def last_day(snapshot: Snapshot) -> float:
    """The last day of the window is one too many."""
    first, last = snapshot.window.first_day, snapshot.window.last_day
    days = [0.0] * (last - first)
    for day in snapshot["tie_day"].ints("day").tolist():
        days[day - first] += 1
    return mean(days)


def long_text(snapshot: Snapshot) -> float:
    """A purpose is longer than one byte can say."""
    return float(len(bytes(len(one) for one in snapshot["communities"].labels("purpose"))))


def answered_twice(snapshot: Snapshot) -> float:
    """Somebody answered an item of an assessment twice."""
    answers = snapshot["answers"]
    keys = [answers.ints("respondent").tolist(), answers.texts("assessment"), answers.texts("item")]
    given = list(zip(*keys, strict=True))
    assert len(set(given)) == len(given), f"{len(given)} answers to {len(set(given))} questions"
    return float(len(given))


def several_groups(snapshot: Snapshot) -> float:
    """Somebody is in two groups."""
    groups = defaultdict(set)
    members = snapshot["memberships"]
    for person, group in zip(members.ints("person").tolist(), members.texts("group"), strict=True):
        groups[person].add(group)
    return float(sum(len(group or "") for (group,) in groups.values()))


def quadratic(snapshot: Snapshot) -> float:
    """Everybody's row is compared with everybody's: too slow with many."""
    days = snapshot["activity_day"].ints("day").tolist()
    return float(sum(1 for one in days for other in days if one < other))


def dense(snapshot: Snapshot) -> float:
    """A matrix of everybody by everybody: too large with many."""
    people = 1 + int(snapshot["activity_day"].ints("actor").max(initial=0))
    met = np.ones((people, people))
    return float(met.sum())


def silent_community(snapshot: Snapshot) -> float:
    """A community in which nothing happened: the mean of nothing is no number."""
    done = snapshot["activity_day"]
    communities = np.array(done.texts("community"), dtype=object)
    means = [done.ints("count")[communities == one].mean() for one in snapshot["communities"].labels("community")]
    return float(np.mean(means))


def more_than_all(snapshot: Snapshot) -> float:
    """More people are active than a department has, by its own count: the share is above one."""
    people, members = snapshot["populations"], snapshot["memberships"]
    active = Counter(members.texts("department"))
    counted = zip(people.texts("department"), people.ints("count").tolist(), strict=True)
    return -max(active[one] / count for one, count in counted)


def one_person(snapshot: Snapshot) -> float:
    """One single person has a rank that the table of ranks lacks."""
    order = {"staff": 0, "lead": 1}
    return mean([order[one] for one in snapshot["memberships"].texts("rank") if one is not None])


BUGS = (
    empty_group, unknown_department, sorted_days, not_ascii, single_community, no_ties, both_ways, self_tie, null_population,
    negative_weight, huge_count, last_day, long_text, answered_twice, several_groups, quadratic, dense, silent_community,
    more_than_all, one_person,
)  # fmt: skip


class Buggy:
    """A scorer around one of them. A negative figure is a score: its size, which has to be a share."""

    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = Params

    def __init__(self, bug):
        self.key, self.bug = f"bugs.{bug.__name__}", bug

    def score(self, snapshot: Snapshot, params: Params, seed: int) -> Finding:
        found = self.bug(snapshot)
        if found < 0:
            return Finding(score=-found, interval="unquantified: a count")
        return Finding(measures={"figure": found})


@hookimpl
def kithline_scorers() -> list[Scorer]:
    return [Buggy(bug) for bug in BUGS]
