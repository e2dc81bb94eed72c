"""Tenants drawn at random: sizes, densities and manners vary, and most suppliers have one or two people in the data."""

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from kithline_core.dataset.folder import Dataset
from kithline_core.engine import questionnaires
from kithline_core.engine.keys import GENERAL
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.rows import (
    AnswerRow,
    CommunityRow,
    EventRow,
    OrganisationRow,
    PersonRow,
    PopulationRow,
    TieRow,
)
from kithline_core.plugins import Plugin, ScorerSpec
from kithline_core.sandbox.outcomes import Outcome, Scored
from kithline_sdk.contract import Scorer
from kithline_sdk.snapshot import Snapshot

END = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 100
FOCAL = "auren"


class InProcess:
    """Runs first-party scorers here: the engine around them is the real one."""

    async def score(
        self, plugin: Plugin, spec: ScorerSpec, snapshot: bytes, params: dict[str, Any], seed: int
    ) -> Outcome:
        scorer = scorers()[spec.key]
        return Scored(
            scorer.score(Snapshot.decode(snapshot), msgspec.convert({**GENERAL, **params}, scorer.Params), seed)
        )


@cache
def scorers() -> dict[str, Scorer]:
    import kithline_community  # noqa: PLC0415 - only who runs scorers in process imports plugins
    import kithline_maturity  # noqa: PLC0415
    import kithline_network  # noqa: PLC0415
    import kithline_purpose  # noqa: PLC0415
    import kithline_supply  # noqa: PLC0415
    import kithline_survey  # noqa: PLC0415
    import kithline_value  # noqa: PLC0415

    plugins = (
        kithline_community, kithline_maturity, kithline_network, kithline_purpose, kithline_supply, kithline_survey,
        kithline_value,
    )  # fmt: skip
    return {one.key: one for plugin in plugins for one in plugin.kithline_scorers()}


class Tenant:
    """One tenant, drawn from a seed."""

    def __init__(self, seed: int, *, small: bool = False) -> None:
        self.random = random.Random(seed)
        self.small = small
        self.dataset = Dataset(settings=Settings(title=f"Tenant {seed}", languages=["en"], end=END, focal=[FOCAL]))
        self.events: list[EventRow] = []
        self.staff: dict[str, list[str]] = {}
        self.suppliers: dict[str, list[str]] = {}
        self._departments()
        self._suppliers()
        self._inside()
        self._outside()
        self._practices()
        self._answers()
        self.dataset.rows["events"] = list(self.events)

    def _departments(self) -> None:
        draw = self.random
        count = draw.choice([1, 2, 3, 4, 6, 8, 12])
        largest = draw.choice([6, 12, 25] if self.small else [8, 20, 40, 80])
        people = []
        for number in range(count):
            size = max(1, round(largest / (1 + number * draw.uniform(0.1, 0.9))))
            name = f"department-{number:02}"
            self.staff[name] = [f"person-e{number:02}-{one:03}" for one in range(size)]
            for who in self.staff[name]:
                moved = draw.random() < 0.03 and count > 1
                until = END - timedelta(days=draw.randrange(20, 80)) if moved else None
                people.append(
                    PersonRow(person=who, group="employee", organisation=FOCAL, department=name, valid_to=until)
                )
                if moved:
                    other = f"department-{(number + 1) % count:02}"
                    people.append(
                        PersonRow(person=who, group="employee", organisation=FOCAL, department=other, valid_from=until)
                    )
        self.dataset.rows["people"] = people
        whole = sum(map(len, self.staff.values()))
        if draw.random() < 0.5:
            listed = round(whole * draw.choice([1, 1, 1.2, 1.5, 2.5]))
            self.dataset.rows["populations"] = [PopulationRow(group="employee", count=listed)]

    def _suppliers(self) -> None:
        draw = self.random
        count = draw.choice([3, 6, 9, 15] if self.small else [3, 6, 8, 12, 20, 30, 50])
        circles, owners = draw.choice([0, 0, 2, 4, 6]), draw.random() < 0.2
        rows = [OrganisationRow(organisation=FOCAL, name="Auren", role="focal")]
        for number in range(count):
            name = f"supplier-{number:03}"
            size = draw.choices([1, 2, 3, 5, 9], [40, 25, 15, 12, 8])[0]
            self.suppliers[name] = [f"person-s{number:03}-{one:02}" for one in range(size)]
            mine = draw.sample(range(circles), draw.randint(1, min(2, circles))) if circles else []
            rows.append(
                OrganisationRow(
                    organisation=name,
                    role=draw.choices(["supplier", "partner", "neutral"], [92, 5, 3])[0],
                    owner=f"holding-{number % 7}" if owners and draw.random() < 0.2 else None,
                    circles=";".join(f"circle-{one}" for one in mine) or None,
                    competing=f"supplier-{draw.randrange(count):03}" if draw.random() < 0.1 else None,
                )
            )
            self.dataset.rows["people"] += [
                PersonRow(person=who, group="supplier", organisation=name) for who in self.suppliers[name]
            ]
        self.dataset.rows["organisations"] = rows
        self.dataset.rows["communities"] = [
            CommunityRow(community=f"room-{one}", sensitive=(one == 0 and draw.random() < 0.2) or None)
            for one in range(draw.choice([0, 1, 3, 5]))
        ]

    def _talk(self, one: str, other: str, times: int, back: float, **more: Any) -> None:
        rooms = self.dataset.rows["communities"]
        for _ in range(times):
            actor, target = (other, one) if self.random.random() < back else (one, other)
            room = self.random.choice(rooms).community if rooms and self.random.random() < 0.4 else None
            verb = self.random.choices(["posted", "replied", "mentioned", "reacted"], [50, 35, 10, 5])[0]
            self._event(actor, target=target, verb=verb, community=room, **more)

    def _event(self, actor: str, **more: Any) -> EventRow:
        at = END - timedelta(seconds=self.random.randrange(1, DAYS * 86_400))
        event = EventRow(id=f"event-{len(self.events)}", source="mail", occurred_at=at, actor=actor, **more)
        self.events.append(event)
        return event

    def _inside(self) -> None:
        draw = self.random
        within, across = draw.uniform(1, 5), draw.uniform(0, 3)
        everybody = [who for many in self.staff.values() for who in many]
        for many in self.staff.values():
            others = [who for who in everybody if who not in set(many)]
            for who in many:
                if draw.random() < 0.1:
                    continue
                for pool, mean in ((many, within), (others, across)):
                    for _ in range(min(len(pool) - 1, round(draw.expovariate(1 / mean)) if mean else 0)):
                        other = draw.choice(pool)
                        if other != who:
                            self._talk(who, other, draw.choice([1, 2, 3, 6]), draw.choice([0.0, 0.3, 0.5]))
        if draw.random() < 0.2:
            pairs = (
                {tuple(draw.sample(everybody, 2)) for _ in range(len(everybody) // 4)} if len(everybody) > 1 else set()
            )
            self.dataset.rows["ties"] = [TieRow(actor=a, target=b, count=draw.randint(1, 9)) for a, b in sorted(pairs)]

    def _outside(self) -> None:
        draw = self.random
        buyers = [who for many in list(self.staff.values())[:3] for who in many][:12]
        linked, two_way = draw.uniform(0.1, 1.0), draw.choice([0.1, 0.5, 0.9, 1.0])
        dense = draw.choice([0.0, 0.03, 0.1, 0.3, 0.5, 0.7])
        names = list(self.suppliers)
        for name in names:
            if draw.random() > linked:
                continue
            back = 0.45 if draw.random() < two_way else 0.0
            for who in self.suppliers[name][:3]:
                kind = draw.choices([None, "question", "order"], [70, 20, 10])[0]
                self._talk(draw.choice(buyers), who, draw.choice([2, 4, 9]), back, kind=kind)
        if draw.random() < 0.25:
            met = [(draw.choice(buyers), draw.choice(self.suppliers[name])) for name in names if draw.random() < linked]
            self.dataset.rows["ties"] += [TieRow(actor=a, target=b, count=draw.randint(1, 9)) for a, b in met]
        rounds = [(a, b) for place, a in enumerate(names) for b in names[place + 1 :] if draw.random() < dense]
        for a, b in rounds:
            self._talk(draw.choice(self.suppliers[a]), draw.choice(self.suppliers[b]), draw.choice([2, 3, 5]), 0.4)

    def _practices(self) -> None:
        draw = self.random
        names = list(self.suppliers)
        for _ in range(draw.choice([0, 0, 2, 6, 15, 40, 80])):
            maker = draw.choice(names)
            item = self._event(draw.choice(self.suppliers[maker]), verb="posted", kind="practice")
            if draw.random() < 0.5:
                user = draw.choice(self.suppliers[draw.choice(names)])
                self._event(user, verb="replied", kind="answer", parent=item.id)

    def _answers(self) -> None:
        draw = self.random
        shipped = {one.questionnaire: one for one in questionnaires.shipped()}
        everybody = [who for many in self.staff.values() for who in many]
        team = draw.random() < 0.5
        people = [None] if team else draw.sample(everybody, min(len(everybody), draw.randint(1, 40)))
        aims = {level: draw.uniform(0.3, 1.1) for level in range(5)}
        evident = draw.choice([0.0, 0.6, 1.0])
        self.dataset.rows["answers"] = [
            AnswerRow(
                questionnaire=key,
                version=shipped[key].version,
                assessment="autumn",
                respondent=who,
                item=item.item,
                value=item.minimum
                + round((item.maximum - item.minimum) * min(1.0, draw.uniform(0.6, 1.1) * aims[item.level or 0])),
                evidence="a page" if draw.random() < evident else None,
                dated=END - timedelta(days=30),
                role="assessor" if who is None else "respondent",
            )
            for key in ("depth", "supply.survey")
            for who in people
            for item in shipped[key].items
            if draw.random() < 0.97
        ]
