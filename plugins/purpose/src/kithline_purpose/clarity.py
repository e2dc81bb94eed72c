"""The scorer `purpose.clarity`: whether the purpose of a community is specific, needed and motivating."""

import math
from typing import ClassVar, Final

import msgspec
import numpy as np

from kithline_purpose import advice, figures, parameters
from kithline_purpose.activity import Activity
from kithline_purpose.judged import NAMES, Judged, Whole, again, draws, judge, level, shares_of_log, whole
from kithline_purpose.places import masks, places
from kithline_purpose.poll import polls
from kithline_purpose.pray import pray, tool_text
from kithline_sdk import Driver, Finding, Interval, Missing, Note, Snapshot
from kithline_sdk.contract import Status, Value
from kithline_sdk.stats import quantiles

_CUTS: Final = ("vague_from", "workable_from", "clear_from")


class Clarity:
    """Reads purpose texts first and scores them second; poll and behaviour join where they are known."""

    key: ClassVar[str] = "purpose.clarity"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = parameters.Params

    def score(self, snapshot: Snapshot, params: parameters.Params, seed: int) -> Finding:
        """Return the finding: per community under its prefix, and for the scope the mean weighted by contributors."""
        found, sensitive = places(snapshot)
        activity = Activity(snapshot)
        judged = judge(found, masks(snapshot), polls(snapshot, found, params), activity, params)
        finding = _describe(judged, activity, params, snapshot)
        total = whole(judged)
        finding = msgspec.structs.replace(
            finding,
            missing=[*finding.missing, *_left_out(judged, sensitive, bool(_events(snapshot)), params)],
            recommendations=advice.advise(judged, _hoping(finding), total, seed, params),
        )
        lacks = _lacks(judged)
        absent = figures.otherwise(finding.measures, finding.missing, lacks[0])
        finding = msgspec.structs.replace(finding, missing=[*finding.missing, *absent])
        if total is None:
            return msgspec.structs.replace(finding, status="insufficient", reasons=lacks)
        return _scored(finding, total, _concentration(total, judged, activity, snapshot, params), seed, params)


def _describe(judged: list[Judged], activity: Activity, params: parameters.Params, snapshot: Snapshot) -> Finding:
    """Return measures, tables, findings and what is missing, of the largest communities one by one."""
    shown = activity.shown({one.place.id: one.behaviour for one in judged}, params)
    pairs = [(one, pray(one.place, one.behaviour, snapshot.window.end, params)) for one in _largest(judged, params)]
    measures: dict[str, float | int | str] = {}
    intervals: dict[str, Interval] = {}
    for one, (verdict, _) in pairs:
        told = figures.measures(one, verdict, params, shown=one.place.id in shown)
        for prefix in _prefixes(one, judged):
            measures |= {prefix + name: value for name, value in told.items() if prefix or name != "score"}
            intervals |= {prefix + name: ends for name, ends in figures.intervals(one, params).items()}
    return Finding(
        measures=measures | _scope(judged) | _events(snapshot),
        intervals=intervals,
        tables={
            "reading": [row for one, _ in pairs for row in figures.reading_rows(one)],
            "communities": [figures.community_row(one, verdict, params) for one, (verdict, _) in pairs],
        },
        findings=[note for one, (_, notes) in pairs for note in [*notes, *_tools(one, snapshot.window.end, params)]],
        missing=[lack for one, _ in pairs for lack in figures.missing(one, params, shown=one.place.id in shown)],
    )


def _prefixes(one: Judged, judged: list[Judged]) -> list[str]:
    """Return what stands before its measures: the only text, or the only community, stands without a prefix too."""
    only = len(judged) == 1 or [other for other in judged if other.reading] == [one]
    return [one.prefix, ""] if only else [one.prefix]


def _largest(judged: list[Judged], params: parameters.Params) -> list[Judged]:
    """Return the communities to be shown, in id order."""
    if len(judged) <= params.details:
        return judged
    ordered = sorted(judged, key=lambda one: (-one.behaviour.contributors, one.place.id))
    return sorted(ordered[: params.details], key=lambda one: one.place.id)


def _left_out(judged: list[Judged], sensitive: int, events: bool, params: parameters.Params) -> list[Missing]:
    """Return what is said of communities that do not appear one by one."""
    told = [Missing(what="communities", reason="no_communities", have=0, need=1)] if not judged else []
    if sensitive:
        told.append(Missing(what="communities", reason="sensitive", have=sensitive))
    if not events:
        told.append(Missing(what="events", reason="no_events"))
    if len(judged) > params.details:
        rest = len(judged) - params.details
        told.append(
            Missing(what=f"{rest} smaller communities", reason="too_many_cells", have=params.details, need=len(judged))
        )
    return told


def _scored(finding: Finding, total: Whole, concentration: float, seed: int, params: parameters.Params) -> Finding:
    """Add score, level, interval and drivers."""
    drawn = draws(total, seed, params)
    low, high = quantiles(drawn)
    reached = level(total.score, params, text_only=total.text_only)
    same = np.array([level(one, params, text_only=total.text_only) == reached for one in drawn.tolist()])
    status: Status = "provisional" if total.text_only else "ok"
    rest = (1.0 - total.coverage, total.coverage * total.score)
    return msgspec.structs.replace(
        finding,
        status=status,
        reasons=_reasons(total),
        score=total.score,
        level=reached,
        level_probability=float(np.count_nonzero(same)) / len(same),
        interval=(min(low, total.score), max(high, total.score)),
        bounds=(rest[1], rest[1] + rest[0]),
        coverage=total.coverage,
        concentration=concentration,
        drivers=_drivers(total, params),
    )


def _drivers(total: Whole, params: parameters.Params) -> list[Driver]:
    drivers = []
    for number, (name, share) in enumerate(zip(NAMES, shares_of_log(total), strict=True)):
        values = [one.parts.values[number] for one in total.scored if one.parts]
        sub = math.exp(share * len(NAMES))
        raw = math.fsum(weight * value for weight, value in zip(total.weights, values, strict=True))
        gain = total.score * ((_next(sub, params) / sub) ** (1 / len(NAMES)) - 1.0)
        driver = Driver(name=name, raw=raw, sub_score=sub, weight=1 / len(NAMES), contribution=share, gain=gain)
        drivers.append(driver)
    return drivers


def _next(sub: float, params: parameters.Params) -> float:
    """Return the next cut-off above a sub-score."""
    return next((cut for name in _CUTS if (cut := float(getattr(params, name))) > sub), max(1.0, sub))


def _reasons(total: Whole) -> list[str]:
    if total.text_only:
        return ["text_only"]
    lacks = {"no_poll": all(not one.poll.shares for one in total.scored)}
    lacks["no_behaviour"] = all(not (one.behaviour.first or one.behaviour.voluntary) for one in total.scored)
    return [reason for reason, holds in lacks.items() if holds]


def _lacks(judged: list[Judged]) -> list[str]:
    return sorted({one.lack.reason for one in judged if one.lack}) or ["no_communities"]


def _concentration(
    total: Whole, judged: list[Judged], activity: Activity, snapshot: Snapshot, params: parameters.Params
) -> float:
    """Return the drop without the most active person, 0 when nobody is known."""
    busiest = activity.busiest()
    rest = whole(again(judged, Activity(snapshot, busiest), params)) if busiest is not None else None
    return max(0.0, total.score - rest.score) if rest else 0.0


def _hoping(finding: Finding) -> set[Value]:
    """Return the communities for which provide-and-pray is raised or near."""
    rows = finding.tables["communities"]
    return {row["community"] for row in rows if row["provide_and_pray"] in {"raised", "warning"}}


def _tools(one: Judged, end: int, params: parameters.Params) -> list[Note]:
    if not one.reading or not one.reading.language:
        return []
    outcome = one.reading.slots["outcome"].met
    return tool_text(one.place, one.reading.wording.tool_share, outcome=outcome, end=end, params=params)


def _scope(judged: list[Judged]) -> dict[str, float | int | str]:
    scores = [one.score for one in judged if one.score is not None]
    total = whole(judged)
    return figures.spread(scores) | {"weight_scored": total.coverage if total else 0.0}


def _events(snapshot: Snapshot) -> dict[str, float | int | str]:
    count = int(snapshot["activity_day"].ints("count").sum())
    return {"events": count} if count else {}
