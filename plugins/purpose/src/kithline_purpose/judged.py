"""One community judged: its reading, parts, score and what is missing; and the several put together."""

import math
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from kithline_purpose import reading as texts
from kithline_purpose.activity import Activity, Behaviour
from kithline_purpose.parameters import Params
from kithline_purpose.parts import FLOOR, Parts, geometric, geometric_draws, parts
from kithline_purpose.places import Place
from kithline_purpose.poll import Poll
from kithline_purpose.reading import Reading
from kithline_sdk import Missing
from kithline_sdk.names import part as escaped
from kithline_sdk.snapshot import Floats
from kithline_sdk.stats import Draws

LEVELS: Final = ("absent", "vague", "workable", "clear")
# The score uses the corrected figure of what is specific (rulings 3.9).
NAMES: Final = ("specific_corrected", "needed", "motivating")


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One community: score and parts are None where the text does not allow them; `lack` says why."""

    place: Place
    behaviour: Behaviour
    poll: Poll
    reading: Reading | None
    parts: Parts | None
    lack: Missing | None

    @property
    def score(self) -> float | None:
        """Return the geometric mean of the parts, in [0, 1]."""
        return geometric(self.parts.values) if self.parts else None

    @property
    def prefix(self) -> str:
        """Return what stands before its measures."""
        return f"community:{escaped(self.place.id)}."


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """The communities together: the mean of those scored, weighted by distinct contributors."""

    score: float
    coverage: float
    weights: list[float]
    scored: list[Judged]

    @property
    def text_only(self) -> bool:
        """Say whether no community has poll or behaviour."""
        return all(one.parts.text_only for one in self.scored if one.parts)


def judge(
    places: Sequence[Place], masks: list[tuple[str, ...]], polls: dict[str, Poll], activity: Activity, params: Params
) -> list[Judged]:
    """Return every community judged, in the order given."""
    return [_one(place, masks, polls[place.id], activity.behaviour(place, params), params) for place in places]


def again(judged: Sequence[Judged], activity: Activity, params: Params) -> list[Judged]:
    """Return the same with other activity; texts and polls stay as read."""
    return [_with(one, activity.behaviour(one.place, params), params) for one in judged]


def whole(judged: Sequence[Judged]) -> Whole | None:
    """Return the communities together, None when none is scored. Without contributors all weigh alike."""
    contributors = [one.behaviour.contributors for one in judged]
    weights = [float(n) for n in contributors] if any(contributors) else [1.0] * len(judged)
    pairs = [(one, weight) for one, weight in zip(judged, weights, strict=True) if one.parts]
    if not pairs:
        return None
    covered = math.fsum(weight for _, weight in pairs)
    shares = [weight / covered if covered else 1.0 / len(pairs) for _, weight in pairs]
    score = math.fsum(share * (one.score or 0.0) for (one, _), share in zip(pairs, shares, strict=True))
    scored = [one for one, _ in pairs]
    return Whole(score=score, coverage=covered / math.fsum(weights), weights=shares, scored=scored)


def draws(found: Whole, seed: int, params: Params) -> Floats:
    """Return draws of the score of the communities together, each from its parts."""
    stream = Draws(seed)
    total = np.zeros(params.draws)
    for one, weight in zip(found.scored, found.weights, strict=True):
        if one.parts:
            total += weight * geometric_draws(one.parts.draws(stream, params))
    return total


def level(score: float, params: Params, *, text_only: bool) -> int:
    """Return the level of a score; text alone reaches workable at most."""
    cuts = (params.vague_from, params.workable_from, params.clear_from)
    reached = sum(score >= cut for cut in cuts)
    return min(reached, LEVELS.index("workable")) if text_only else reached


def shares_of_log(found: Whole) -> list[float]:
    """Return what each part contributes to ln(score): a third of its own logarithm where there is one community.

    Over several communities the logarithms are averaged by what each adds to the score, and scaled to ln(score).
    """
    logs = [[0.0] * len(NAMES)]
    for one, weight in zip(found.scored, found.weights, strict=True):
        values = one.parts.values if one.parts else ()
        logs.append([weight * (one.score or 0.0) * math.log(max(FLOOR, value)) / len(NAMES) for value in values])
    sums = [math.fsum(column) for column in zip(*logs, strict=True)]
    total = math.fsum(sums)
    return [math.log(found.score) * one / total for one in sums] if total else [0.0] * len(NAMES)


def _one(place: Place, masks: list[tuple[str, ...]], poll: Poll, behaviour: Behaviour, params: Params) -> Judged:
    reading = texts.read(place.purpose, place.fields, place.language, masks, params) if place.purpose else None
    return _with(
        Judged(
            place=place, behaviour=behaviour, poll=poll, reading=reading, parts=None, lack=_lack(place, reading, params)
        ),
        behaviour,
        params,
    )


def _with(one: Judged, behaviour: Behaviour, params: Params) -> Judged:
    known = parts(one.reading, one.poll, behaviour, params) if one.reading and not one.lack else None
    return msgspec.structs.replace(one, behaviour=behaviour, parts=known)


def _lack(place: Place, reading: Reading | None, params: Params) -> Missing | None:
    """Return why a text cannot be scored."""
    what = f"community:{escaped(place.id)}"
    if reading is None:
        return Missing(what=what, reason="no_purpose_text", have=0, need=params.min_words)
    if reading.words < params.min_words:
        return Missing(what=what, reason="few_words", have=reading.words, need=params.min_words)
    if reading.language is None:
        return Missing(what=what, reason="no_word_list", have=place.language, need="en, de")
    return None
