"""The scorer `answers.reuse`: the share of answers that others used again within four weeks."""

from typing import ClassVar

import msgspec
from kithline_sdk import Driver, Finding, Missing, Note, Snapshot
from kithline_sdk.stats import wilson

from reused_answers.advice import recommend
from reused_answers.counting import Counts, count
from reused_answers.value import avoided

ONE_PERSON = 0.1
"""From this concentration on one person moves the score by ten points or more: it is provisional."""


class AnswersReuseParams(msgspec.Struct, frozen=True, kw_only=True):
    """What can be set; the last three belong to every scorer."""

    horizon_days: int = 28
    least_users: int = 2
    value_low: float = 0.0
    value_likely: float = 0.0
    value_high: float = 0.0
    persons: bool = False
    floor: int = 5
    no_floor: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be meant. Raises ValueError."""
        if self.horizon_days < 1 or self.least_users < 1:
            raise ValueError("horizon_days and least_users are 1 or more")
        if not 0 <= self.value_low <= self.value_likely <= self.value_high:
            raise ValueError("0 <= value_low <= value_likely <= value_high")


class AnswersReuse:
    """The share of answers that `least_users` others used within `horizon_days`."""

    key: ClassVar[str] = "answers.reuse"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = AnswersReuseParams

    def score(self, snapshot: Snapshot, params: AnswersReuseParams, seed: int) -> Finding:
        """Return the share with its interval; without an answer old enough to be judged there is none."""
        found = count(snapshot, params.horizon_days, params.least_users)
        if not found.answers:
            return _nothing(found)
        share = found.reused / found.answers
        money, interval, lacking = avoided(found.reuses, (params.value_low, params.value_likely, params.value_high))
        concentrated = found.concentration >= ONE_PERSON
        spread = wilson(share * found.effective, found.effective)
        return Finding(
            status="provisional" if concentrated else "ok",
            reasons=["one_person"] if concentrated else [],
            score=share,
            interval=spread,
            concentration=found.concentration,
            measures={**_measures(found), "reuses_per_answer": found.followed / found.answers, **money},
            intervals=interval,
            drivers=_drivers(found),
            missing=lacking,
            findings=_notes(found),
            recommendations=recommend(found, params.least_users, spread[1]),
        )


def _measures(found: Counts) -> dict[str, float | int | str]:
    """Return the counts, which are there with and without a score."""
    return {
        "answers": found.answers,
        "reused": found.reused,
        "authors": found.authors,
        "users": found.users,
        "reuses": found.reuses,
        "young": found.young,
        "shared": found.shared,
        "uses": found.uses,
        **({} if found.mutual is None else {"mutual": found.mutual}),
    }


def _nothing(found: Counts) -> Finding:
    """Say that no answer is old enough, which is not a share of 0."""
    lacking = Missing(what="answers", reason="no_answers", have=0, need=1)
    return Finding(status="insufficient", reasons=["no_answers"], missing=[lacking], measures=_measures(found))


def _drivers(found: Counts) -> list[Driver]:
    """Return what the score consists of, and what it would rise by where answers lack a user, or all of them."""
    return [
        _driver("reused", found.reused, found.answers, counts=True),
        _driver("one_user_short", found.short, found.answers, counts=False),
        _driver("unused", found.unused, found.answers, counts=False),
    ]


def _driver(name: str, many: int, answers: int, *, counts: bool) -> Driver:
    """Return one part of the answers: it is in the score, or would be."""
    share = many / answers
    in_score = share if counts else 0.0
    return Driver(
        name=name, raw=many, sub_score=in_score, weight=1.0, contribution=in_score, gain=0.0 if counts else share
    )


def _notes(found: Counts) -> list[Note]:
    """Say so where most re-uses are between two people who use each other's answers."""
    if found.mutual is None or found.mutual <= 0.5:
        return []
    clause = "more than half of the re-uses are between two people who use each other's answers"
    return [Note(code="mutual", clause=clause, evidence=f"{found.mutual:.0%} of {found.reuses} re-uses")]
