"""Supposed answers and declared ceilings: given by an assessor, in the place of what was answered to the item."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from kithline_core.engine.overlay import refusals, rows
from kithline_core.engine.telling import ROLES
from kithline_core.errors import Invalid
from kithline_core.model.overlays import Added, Factor, SupposedAnswer
from kithline_sdk.snapshot import Snapshot, Table

NEEDED: Final = ("questionnaire", "assessment", "item", "value", "role")
CAP: Final = "cap."
# What stands where evidence, a reason or a name would: it names nobody.
SUPPOSED: Final = "supposed"
_NEVER: Final = np.iinfo(np.int64).min


def answered(snapshot: Snapshot, asked: Sequence[SupposedAnswer], k: int) -> tuple[Snapshot, list[Added]]:
    """Return the snapshot with supposed answers. Raises Invalid, TooFew."""
    added = list[Added]()
    _once(asked)
    for place, one in enumerate(asked):
        at = f"/overlay/answers/{place}"
        table = refusals.table(snapshot, "answers", NEEDED, at)
        questionnaire, version = _asked(snapshot, one, at)
        row = {
            "version": version, "value": one.value, "evidence": SUPPOSED if one.evidence else None,
            "confirmed_by": SUPPOSED if one.confirmed else None,
        }  # fmt: skip
        found, gone = _replaced(table, questionnaire, one.item, row, k, at)
        snapshot = rows.swapped(snapshot, found)
        added.append(Added(what=f"answer to {one.item}", at=at, set_aside=gone, rows=1))
    return snapshot, added


def capped(snapshot: Snapshot, ceilings: Mapping[Factor, int], k: int) -> tuple[Snapshot, list[Added]]:
    """Return the snapshot with declared ceilings, in the place of those that were declared. Raises Invalid, TooFew."""
    added = list[Added]()
    for factor in sorted(ceilings):
        at, item = f"/overlay/ceilings/{factor}", CAP + factor
        table = refusals.table(snapshot, "answers", NEEDED, at)
        questionnaire, version = _asking(snapshot, factor, at)
        gone = 0
        # Whichever assessment declared it before: the lowest counts, so all of them give way.
        for name in sorted({str(one) for one in table.texts("questionnaire")} - {questionnaire}):
            table, more = _set_aside(table, name, item, k, at)
            gone += more
        row = {"version": version, "value": float(ceilings[factor]), "evidence": SUPPOSED}
        table, more = _replaced(table, questionnaire, item, row, k, at)
        snapshot = rows.swapped(snapshot, table)
        added.append(Added(what=f"ceiling of {factor}", at=at, set_aside=gone + more, rows=1))
    return snapshot, added


def _asking(snapshot: Snapshot, factor: str, at: str) -> tuple[str, str]:
    """Return the questionnaire with questions about a factor that was answered last, and its version. Raises Invalid."""
    items = refusals.table(snapshot, "items", ("questionnaire", "version", "ceiling"), at)
    asks = zip(items.texts("ceiling"), items.texts("questionnaire"), items.texts("version"), strict=True)
    known = {(str(name), str(version)) for ceiling, name, version in asks if ceiling == factor}
    if not known:
        raise Invalid(f"no questionnaire of this result asks about {factor}", pointer=at)
    answers = snapshot["answers"]
    dated = {name: _latest(answers, name) for name, _ in known}
    return max(known, key=lambda one: (dated[one[0]] is not None, _when(dated[one[0]]), one[0], len(one[1]), one[1]))


def _once(asked: Sequence[SupposedAnswer]) -> None:
    seen = set[tuple[str | None, str]]()
    for place, one in enumerate(asked):
        if (one.questionnaire, one.item) in seen:
            raise Invalid(f"{one.item} is answered twice", pointer=f"/overlay/answers/{place}")
        seen.add((one.questionnaire, one.item))


def _asked(snapshot: Snapshot, one: SupposedAnswer, at: str) -> tuple[str, str]:
    """Return the questionnaire and version that ask for an item, when the answer is on its scale. Raises Invalid."""
    items = refusals.table(snapshot, "items", ("questionnaire", "version", "item", "minimum", "maximum"), at)
    cells = (rows.cells(items, name) for name in ("questionnaire", "version", "item", "minimum", "maximum"))
    found = {
        (str(key), str(version)): (low, high)
        for key, version, item, low, high in zip(*cells, strict=True)
        if item == one.item and one.questionnaire in (None, key) and one.version in (None, version)
    }
    if len({key for key, _ in found}) > 1:
        used = {str(key) for key in snapshot["answers"].texts("questionnaire")}
        found = {name: ends for name, ends in found.items() if name[0] in used} or found
    if not found or len({key for key, _ in found}) > 1:
        words = "no questionnaire of this result has" if not found else "several questionnaires of this result have"
        raise Invalid(f"{words} an item {one.item}; name one", pointer=f"{at}/item")
    name = max(found, key=lambda key: (len(key[1]), key[1]))
    low, high = (0.0 if end is None else float(str(end)) for end in found[name])
    if not low <= one.value <= high:
        raise Invalid(f"answers to {one.item} lie between {low:g} and {high:g}", pointer=f"{at}/value")
    return name


def _replaced(
    table: Table, questionnaire: str, item: str, row: rows.Row, k: int, at: str
) -> tuple[Table, int]:  # fmt: skip
    assessment, dated = _latest(table, questionnaire) or (SUPPOSED, None)
    left, gone = _set_aside(table, questionnaire, item, k, at)
    whole = {"questionnaire": questionnaire, "assessment": assessment, "item": item, "role": ROLES[0], "dated": dated}
    return rows.put(left, [{**whole, **row}]), gone


def _set_aside(table: Table, questionnaire: str, item: str, k: int, at: str) -> tuple[Table, int]:
    """Take out what was answered to an item in the newest assessment. Raises TooFew."""
    assessment, _ = _latest(table, questionnaire) or (SUPPOSED, None)
    hit = rows.says(table, "questionnaire", questionnaire) & rows.says(table, "item", item)
    hit &= rows.says(table, "assessment", assessment)
    left = table.where(~hit)
    gone, stay = (respondents(one) for one in (table.where(hit), left))
    if 0 < gone < k or (gone and 0 < stay < k):
        raise refusals.few(f"another answer to {item}", k, at)
    return left, int(np.count_nonzero(hit))


def _when(latest: tuple[str, int | None] | None) -> int:
    return _NEVER if latest is None or latest[1] is None else latest[1]


def _latest(table: Table, questionnaire: str) -> tuple[str, int | None] | None:
    """Return the newest assessment of a questionnaire, by its last date and then by its id, with that date."""
    mine = table.where(rows.says(table, "questionnaire", questionnaire))
    dates = rows.cells(mine, "dated") if "dated" in mine else [None] * mine.rows
    newest = dict[str, int]()
    for name, dated in zip(mine.texts("assessment"), dates, strict=True):
        at = dated if isinstance(dated, int) else _NEVER
        newest[str(name)] = max(at, newest.get(str(name), _NEVER))
    if not newest:
        return None
    name = max(newest, key=lambda one: (newest[one], one))
    return name, None if newest[name] == _NEVER else newest[name]


def respondents(table: Table) -> int:
    """Return how many people answered, those left out who spoke in a role, and means over many."""
    if "respondent" not in table:
        return 0
    own = table.present("respondent")
    if "role" in table:
        own = own & ~np.isin(np.array([role or "" for role in table.texts("role")], object), ROLES)
    if "respondents" in table:
        own = own & ~table.present("respondents")
    return len(np.unique(table.ints("respondent")[own]))
