"""Overlays drawn at random, and the same change made to the data themselves: what a what-if must agree with."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec

from helpers.tenants import InProcess, Tenant
from kithline_core import offline, plugins
from kithline_core.dataset import door
from kithline_core.engine import questionnaires
from kithline_core.engine.assemble import assemble
from kithline_core.engine.overlay.talks import SUPPOSED, VERB
from kithline_core.engine.score import score_one
from kithline_core.model.overlays import Overlay
from kithline_core.model.rows import AnswerRow, EventRow, InterfaceRow
from kithline_sdk.snapshot import Column

K = 5
ALL = ("maturity.depth", "supply.collaboration", "silos.internal", "purpose.clarity")
TEXTS = [
    "Engineers of our suppliers and ours cut the time to a released drawing from nine weeks to four by June 2026.",
    "A place to share.",
    "We help maintenance crews find the spare part they need within one day, because machines stand still without it.",
]


@cache
def shipped():
    return {one.questionnaire: one for one in questionnaires.shipped()}


def tenant(seed):
    """A tenant whose communities say what they are for, and whose answers come from five people or from a team."""
    found = Tenant(seed, small=True)
    draw, data = random.Random(seed), found.dataset
    data.rows["communities"] = [
        msgspec.structs.replace(row, purpose=draw.choice([*TEXTS, None]), audience=draw.choice([None, "engineers"]))
        for row in data.rows["communities"]
    ]
    who = {row.respondent for row in data.rows["answers"]}
    if None not in who and len(who) < K:
        data.rows["answers"] = [msgspec.structs.replace(row, respondent=None, role="") for row in data.rows["answers"]]
    return found


def tables(dataset):
    return assemble(door.data(dataset), dataset.questionnaires)


async def score(dataset, key, marked=None):
    """Score for real; `marked`: days whose events are supposed in part, so that no hash of their ids is known."""
    plugin, spec = plugins.installed().find(key)
    source = tables(dataset)
    if marked:
        table = source["event_day"]
        days = table.ints("day").tolist()
        hashes = [SUPPOSED if day in marked else one for day, one in zip(days, table.texts("ids_hash"), strict=True)]
        table.columns["ids_hash"] = Column.of("str", hashes)
    window = offline.chosen_window(spec, dataset, offline.Request())
    return await score_one(plugin, spec, source, window, {}, InProcess())


def overlay(draw, found, key):
    """An overlay of the kinds that a scorer reads, as a caller sends it."""
    made = {}
    if key == "maturity.depth":
        items = draw.sample(shipped()["depth"].items, draw.randint(0, 12))
        made["answers"] = [
            {"item": one.item, "value": draw.choice([0, 1, 2, 3, 4]), "evidence": draw.random() < 0.7,
             "confirmed": draw.random() < 0.2, "questionnaire": "depth"}
            for one in items
        ]  # fmt: skip
        factors = draw.sample(
            ["business_model", "leadership", "workforce"], draw.choice([0, 1, 2] if items else [1, 2])
        )
        made["ceilings"] = {factor: draw.randint(1, 4) for factor in factors}
    if key == "purpose.clarity":
        rooms = [row.community for row in found.dataset.rows["communities"] if not row.sensitive]
        made["purposes"] = [
            {"community": one, "purpose": draw.choice(TEXTS), "measure": draw.choice(["", "four weeks"])}
            for one in draw.sample(rooms, min(len(rooms), draw.randint(1, 2)))
        ]
    large = [name for name, people in found.staff.items() if len(people) >= K]
    if key == "silos.internal" and len(large) > 1 and draw.random() < 0.5:
        one, other = draw.sample(large, 2)
        made["interfaces"] = [{"side_a": one, "side_b": other, "why": "launches", "weight": draw.choice([None, 2.0])}]
    if key in ("silos.internal", "supply.collaboration"):
        made["talks"] = [_talk(draw, large, key)]
    return made


def _talk(draw, departments, key):
    two_way = draw.random() < 0.6
    more = {"pairs": draw.choice([5, 10]), "two_way": two_way, "contacts": draw.randint(2 if two_way else 1, 6)}
    roles = [{"kind": "role", "name": "supplier"}, {"kind": "circle", "name": f"circle-{draw.randrange(4)}"}]
    if key == "supply.collaboration":
        return {"between": draw.choice(roles), **more}
    sides = [{"kind": "department", "name": name} for name in draw.sample(departments, min(2, len(departments)))]
    sides.append({"kind": "group", "name": "employee"})
    ends = draw.sample(sides, 2) if draw.random() < 0.7 else [draw.choice(sides)]
    return {"between": ends[0], **({"and": ends[1]} if len(ends) > 1 else {}), **more}


def change(found, said: Overlay, pairs, people):
    """Make the change an overlay supposes to the data; return the days on which somebody talks who did not."""
    rows = found.dataset.rows
    gone = {one.item for one in said.answers} | {f"cap.{factor}" for factor in said.ceilings}
    dated = max((row.dated for row in rows["answers"] if row.questionnaire == "depth"), default=None)
    assessor = {"questionnaire": "depth", "version": "1", "assessment": "autumn", "role": "assessor", "dated": dated}
    kept = [row for row in rows["answers"] if not (row.questionnaire == "depth" and row.item in gone)]
    new = [
        AnswerRow(
            **assessor, item=one.item, value=float(one.value), evidence="supposed" if one.evidence else None,
            confirmed_by="supposed" if one.confirmed else None,
        )
        for one in said.answers
    ]  # fmt: skip
    new += [
        AnswerRow(**assessor, item=f"cap.{factor}", value=float(level), evidence="supposed")
        for factor, level in said.ceilings.items()
    ]
    rows["answers"] = [*kept, *new]
    texts = {one.community: one for one in said.purposes}
    rows["communities"] = [
        msgspec.structs.replace(row, purpose=texts[row.community].purpose, measure=texts[row.community].measure or None)
        if row.community in texts
        else row
        for row in rows["communities"]
    ]
    rows["interfaces"] = [
        *rows.get("interfaces", []),
        *(
            InterfaceRow(side_a=one.side_a, side_b=one.side_b, why=one.why, weight=one.weight)
            for one in said.interfaces
        ),
    ]
    return _talk_to(found, said, pairs, people)


def _talk_to(found, said, pairs, people):
    days, number = Counter(), 0
    end = found.dataset.settings.end
    for one, chosen in zip(said.talks, pairs, strict=True):
        for contact in range(one.contacts):
            at = end - timedelta(days=contact + 1) + timedelta(hours=12)
            for pair in chosen:
                actor, target = pair[::-1] if one.two_way and contact % 2 else pair
                number += 1
                found.dataset.rows["events"].append(
                    EventRow(
                        id=f"supposed-{number}", source="what-if", occurred_at=at, actor=people[actor],
                        target=people[target], verb=VERB,
                    )
                )  # fmt: skip
                days[(at - datetime(1970, 1, 1, tzinfo=UTC)).days] += 1
    return set(days)
