"""The figures under their published names; what cannot be computed stays absent, with its reason."""

from kithline_network.leadership.asked import Asked
from kithline_network.leadership.parts import of_ratio, of_symmetric
from kithline_network.leadership.picture import Figures
from kithline_network.leadership.tree import Tree
from kithline_sdk import Interval, Missing, Snapshot
from kithline_sdk.stats import wilson

Values = dict[str, float | int | str]


def measures(
    snapshot: Snapshot, found: Tree, seen: Figures, beside: Asked, without: float | None
) -> tuple[Values, list[Missing]]:
    """Return the measures and, for each that is absent, why; `without` is the score without assistants' accounts."""
    events = int(snapshot["activity_day"].ints("count").sum())
    figures: dict[str, float | int | None] = {
        "events": events or None,
        "leaders": len(found.leaders) or None,
        "others": len(found.others) or None,
        "people_under_top": found.under or None,
        "outside_tree": found.outside,
        "assistants": len(found.assistants),
        "score_without_assistants": without,
        **_contact(seen),
        "self_reported": beside.value,
        "self_reported_respondents": beside.respondents or None,
    }
    absent = [Missing(what=key, reason=_why(key, seen, found, beside)) for key, one in figures.items() if one is None]
    return {key: one for key, one in figures.items() if one is not None}, absent


def _contact(seen: Figures) -> dict[str, float | int | None]:
    ties = seen.across + seen.within
    return {
        "active_day_ratio": None if seen.days is None else seen.days.ratio,
        "reach_1hop": _share(seen.reach),
        "manager_tie_share": _share(seen.lines),
        "upward_answered": _share(seen.answered),
        "upward_contacts": seen.answered[1],
        "symmetric_flow": seen.symmetric,
        "ei_leader_other": (seen.across - seen.within) / ties if ties else None,
        "to_leader_share": _share(seen.to_leader),
    }


def intervals(seen: Figures, window_days: int) -> dict[str, Interval]:
    """Return the intervals of the measures that have one."""
    shares = {
        "reach_1hop": seen.reach,
        "manager_tie_share": seen.lines,
        "upward_answered": seen.answered,
        "to_leader_share": seen.to_leader or (0, 0),
    }
    found: dict[str, Interval] = {key: wilson(*one) for key, one in shares.items() if one[1]}
    if seen.days is not None and seen.days.ratio is not None:
        found["active_day_ratio"] = of_ratio(seen.days, window_days)
    balance, ties = of_symmetric(seen), seen.across + seen.within
    if balance is not None:
        found["symmetric_flow"] = balance
    if ties:
        low, high = wilson(seen.across, ties)
        found["ei_leader_other"] = (2 * low - 1, 2 * high - 1)
    return found


def _share(pair: tuple[int, int] | None) -> float | None:
    return pair[0] / pair[1] if pair is not None and pair[1] else None


def _why(measure: str, seen: Figures, found: Tree, beside: Asked) -> str:
    if measure.startswith("self_reported"):
        return beside.reason
    if measure == "events" or (measure == "active_day_ratio" and seen.days is None):
        return "no_events"
    if not len(found.leaders) or not len(found.others) or measure == "people_under_top":
        return "no_reporting_tree"
    if seen.flow is None and measure in {"symmetric_flow", "to_leader_share", "upward_answered"}:
        return "direction_unknown"
    reasons = {
        "active_day_ratio": "others_sent_nothing",
        "manager_tie_share": "no_reporting_lines",
        "upward_answered": "no_first_contacts",
        "symmetric_flow": "no_contact_with_leaders",
        "ei_leader_other": "no_ties",
        "to_leader_share": "no_contact_of_others",
        "score_without_assistants": "few_parts" if len(found.assistants) else "no_assistants",
    }
    return reasons[measure]
