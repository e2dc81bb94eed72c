"""purpose.clarity: what people would rate a text, and the shares of people who agree and do. The truth is exact.

The text part's error is taken from the card (root mean square .15 about human ratings): this part of the simulation shows
that parts are joined rightly, not that the card's figure is.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.random import Generator

from helpers.coverage.worlds import Rows, Shot, Shots, World, scoring, seed, shots
from kithline_purpose.clarity import Clarity
from kithline_sdk import Finding
from kithline_sdk.stats import Z90, share_rise

SCORE = scoring(Clarity, "kithline_purpose", ("2025-10-03", "2026-01-01"))
DRAWS: Final = 400
RATED: Final = 0.25 / Z90  # standard error of the text part about human ratings
FIRST: Final = date(2025, 10, 10)
TEXTS: Final = (
    "Welders lose hours because torch tips wear out early. Compare 3 tips a week, so that seams hold within 2 shifts.",
    "Electronics engineers lose days when a question about a circuit stays open. Answer one question a week.",
    "Buyers share what suppliers told them about prices.",
)
ESTIMANDS = {
    "score": "the score with the text as people would rate it and everybody's share of answers and deeds",
    "poll_need": "the share of all members who would agree",
    "first_contribution_rate": "the share of all who join that contribute within 14 days",
}
ENDS: Final = (
    "near 0 and 1, and with few answers, Wilson's interval holds the truth now more, now less often than it says"
)
CUT: Final = "ratings end at 0 and 1, and the floor of a part hides what lies under it"


class Place(NamedTuple):
    """A community: its text, how many answered a poll and agreed, how many joined and contributed."""

    text: int
    answers: int = 0
    need: float = 0.0
    want: float = 0.0
    joiners: int = 0
    first: float = 0.0


def draw(places: Sequence[Place], random: Generator, times: int) -> Shots:
    """Poll members and let joiners contribute or not; then say what people would rate the texts."""
    tables: dict[str, list[dict[str, object]]] = {"communities": [], "answers": [], "activity_day": []}
    for number, place in enumerate(places):
        _settle(tables, f"c{number}", place, random, times)
    found = SCORE(tables, seed(random), draws=DRAWS)
    truths = [_truth(found, f"c{number}", place, random) for number, place in enumerate(places)]
    weights = _weights(tables["activity_day"], len(places))
    told = shots(found, {"score": float(np.average(truths, weights=weights))})
    only = places[0]
    for name, share, there in (
        ("poll_need", only.need, only.answers),
        ("first_contribution_rate", only.first, only.joiners),
    ):
        if there:
            told[name] = Shot(share, found.intervals[f"community:c0.{name}"])
    return told


def _settle(
    tables: Mapping[str, list[dict[str, object]]], name: str, place: Place, random: Generator, times: int
) -> None:
    answers, joiners = place.answers * times, place.joiners * times
    tables["communities"].append(
        {"community": name, "purpose": TEXTS[place.text], "language": "en", "asked": max(1, answers)}
    )
    for item, share in (("need", place.need), ("want", place.want)):
        tables["answers"] += [
            {"questionnaire": "purpose.poll", "assessment": name, "respondent": f"{name}/{one}", "item": item,
             "value": 5.0 if agrees else 2.0}
            for one, agrees in enumerate((random.random(answers) < share).tolist())
        ]  # fmt: skip
    for one, acts in enumerate((random.random(joiners) < place.first).tolist()):
        row = {"community": name, "actor": f"{name}/{one}", "count": 1}
        tables["activity_day"].append({**row, "day": FIRST.isoformat(), "verb": "joined"})
        if acts:
            tables["activity_day"].append({**row, "day": (FIRST + timedelta(3)).isoformat(), "verb": "posted"})


def _weights(rows: Rows, places: int) -> list[int]:
    """Return the contributors of each community, by which communities weigh; alike where there are none."""
    posted = [row["community"] for row in rows if row["verb"] == "posted"]
    return [posted.count(f"c{number}") for number in range(places)] if posted else [1] * places


def _truth(found: Finding, name: str, place: Place, random: Generator) -> float:
    """Return the score with what is true in the place of what was measured; what is read from patterns stays as read."""
    measure = {key: float(found.measures[f"community:{name}.{key}"]) for key in ("text_part_corrected", "slots")}
    rated = float(np.clip(measure["text_part_corrected"] + random.normal(0, RATED), 0, 1))
    needed, motivating = READ[place.text]
    polled = 2 if place.answers else 0
    done = 1 if place.joiners else 0
    needed = (needed + polled * place.need) / (1 + polled)
    motivating = (motivating + polled * place.want + done * share_rise(place.first, 0.10, 0.40)) / (1 + polled + done)
    parts = (0.6 * rated + 0.4 * measure["slots"], needed, motivating)
    return float(np.prod([max(0.01, part) for part in parts]) ** (1 / 3))


def _read() -> list[tuple[float, float]]:
    """Return what each text alone says of need and motive."""
    found = [SCORE({"communities": [{"community": "c", "purpose": text, "language": "en"}]}).measures for text in TEXTS]
    return [(float(one["needed"]), float(one["motivating"])) for one in found]


READ: Final = _read()


def world(name: str, like: str, *places: Place) -> World:
    """Return a world of these communities."""
    asked = {"score": True, "poll_need": places[0].answers, "first_contribution_rate": places[0].joiners}
    return World(
        "purpose.clarity", name, like, {figure: says for figure, says in ESTIMANDS.items() if asked[figure]},
        lambda random, times: draw(places, random, times),
        {"score": CUT, "poll_need": ENDS, "first_contribution_rate": ENDS},
        steady=not any(one.answers or one.joiners for one in places),
    )  # fmt: skip


SEVERAL: Final = (
    Place(0, 40, 0.95, 0.1, 60, 0.6),
    Place(1, 12, 0.9, 0.2, 10, 0.4),
    Place(2, 20, 0.8, 0.3, 20, 0.2),
)
WORLDS = (
    world("ordinary", "a community, 24 answers and 30 who joined", Place(0, 24, 0.7, 0.5, 30, 0.3)),
    world("small", "a community, 10 answers, nothing known of what is done", Place(1, 10, 0.6, 0.4)),
    world("skewed", "three communities of 40, 12 and 20 answers; nearly all need it and few want it", *SEVERAL),
    world("text alone", "a community of which only the text is known", Place(0)),
)
