"""The figures under their published names; what cannot be computed stays absent, with its reason."""

from kithline_network.voice.cells import least, names
from kithline_network.voice.params import VoiceParams
from kithline_network.voice.picture import Picture
from kithline_sdk import Interval, Missing, Snapshot
from kithline_sdk.names import name
from kithline_sdk.snapshot import Bools
from kithline_sdk.stats import wilson

Figures = dict[str, float | int | None]
AT_FLOOR = 5
# A repeating measure carries at most so many cells (rulings 1.6).
CELLS = 2_000


def measures(
    snapshot: Snapshot, seen: Picture, open_: Bools, params: VoiceParams
) -> tuple[dict[str, float | int | str], list[Missing]]:
    """Return the measures and, for each that is absent, why."""
    figures = _counts(snapshot, seen, params) | _shares(seen)
    lacking = [Missing(what=key, reason=why(key, seen)) for key, value in figures.items() if value is None]
    published: dict[str, float | int | str] = {key: value for key, value in figures.items() if value is not None}
    spread = seen.figures.spread
    shown = sorted(names(seen, open_), key=lambda one: (-int(spread.head_counts[one[0]]), one[1]))[:CELLS]
    cells: dict[str, float | int | str] = {
        name("voice", label): float(spread.voices[one] / spread.heads[one]) for one, label in shown
    }
    if _silent(seen):
        return published, [*lacking, Missing(what="voice.<department>", reason="no_outward_contact")]
    held = int(spread.existing.sum()) - len(cells)
    if not spread.existing.any():
        lacking.append(Missing(what="voice.<department>", reason="no_departments"))
    elif held:
        lacking.append(Missing(what="voice.<department>", reason="below_floor", have=held, need=least(params)))
    return published | cells, lacking


def intervals(seen: Picture, open_: Bools) -> dict[str, Interval]:
    """Return Wilson's interval of each department's share that is shown, by its people, and of all."""
    spread = seen.figures.spread
    if _silent(seen):
        return {}
    found: dict[str, Interval] = {
        name("voice", label): wilson(float(min(spread.voices[one], spread.heads[one])), float(spread.heads[one]))
        for one, label in names(seen, open_)[:CELLS]
    }
    people = int(seen.whole.people.sum())
    return found | ({"voice_share": wilson(_voices(seen), people)} if people else {})


def _silent(seen: Picture) -> bool:
    """Say whether nobody of the staff turned outside in the data: then nobody knows whether anybody did."""
    return bool(seen.figures.spread.existing.any()) and not seen.whole.outward.sent.any()


def _voices(seen: Picture) -> int:
    return int((seen.figures.amounts > 0)[seen.whole.people].sum())


def _counts(snapshot: Snapshot, seen: Picture, params: VoiceParams) -> Figures:
    spread, outward = seen.figures.spread, seen.whole.outward
    events = int(snapshot["activity_day"].ints("count").sum())
    counts = spread.head_counts
    accounts = seen.whole.accounts
    return {
        "events": events or None,
        "days": int(snapshot.window.days),
        "staff_people": int(seen.whole.people.sum()),
        "voices": _voices(seen),
        "accounts": None if accounts is None else int(accounts.sum()),
        "departments": int(spread.existing.sum()),
        "departments_at_floor": int((counts >= AT_FLOOR).sum()),
        "departments_below_floor": int(((counts > 0) & (counts < _floor(params))).sum()),
        "departments_active": int(spread.active.sum()),
        "outward_pairs": int(outward.sent.sum()),
        "cross_company_ties": int(outward.tied.sum()),
    }


def _floor(params: VoiceParams) -> int:
    return AT_FLOOR if params.no_floor else least(params)


def _shares(seen: Picture) -> Figures:
    figures = seen.figures
    people = int(seen.whole.people.sum())
    return {
        "voice_share": _voices(seen) / people if people and not _silent(seen) else None,
        "departments_active_share": None if _silent(seen) else figures.departments_share,
        "named_share": figures.named_share,
        "one_department_share": figures.spread.largest,
        "gini": figures.gini,
        "gini_unweighted": figures.gini_unweighted,
        "absence_factor_50": figures.absence,
    }


def why(measure: str, seen: Picture) -> str:
    """Return the reason code of an absent measure."""
    if measure == "events":
        return "no_events"
    if not seen.whole.people.any():
        return "no_staff"
    if measure == "accounts" or (measure == "named_share" and seen.whole.accounts is None):
        return "no_ranks"
    if measure == "named_share":
        return "no_cross_company_ties"
    if measure != "absence_factor_50" and not seen.figures.spread.existing.any():
        return "no_departments"
    return "no_outward_contact"
