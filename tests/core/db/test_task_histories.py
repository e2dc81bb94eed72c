"""Whatever happens to workers, in whatever order: no run is lost, no result is doubled, no late twin gets through or counts."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kithline_core.db import admission, outbox, results, runs, tasks
from kithline_core.model.results import NewResult
from kithline_core.model.runs import NewRun, Pinned

pytestmark = pytest.mark.anyio
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
SCORERS = ("a", "b", "verdict")
MOST = 3
OVER = {"done", "error", "dead", "cancelled"}

# (what happens, to which task, to which of the claims ever made on it)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["claim", "claim and die", "finish", "crash", "give back", "beat", "reap", "admit"]),
        st.sampled_from(SCORERS),
        st.integers(0, 5),
    ),
    max_size=40,
)


ENDED = """
    select scorer, case outcome when 'tired' then 'given_back' when 'done' then 'ok' else coalesce(outcome, 'open') end as how,
           count(*) as attempts
      from attempts
      join run_tasks using (tenant_id, task_id)
     where tenant_id = $1
     group by 1, 2
     order by 1, 2
"""
COUNTED = """
    select scorer, outcome as how, sum(attempts)::bigint as attempts
      from plugin_counts
     where tenant_id = $1
     group by 1, 2
     order by 1, 2
"""


class History:
    """One run, what workers hold of it, and what we know must be true."""

    def __init__(self, db, dispatch, tenant):
        self.db, self.dispatch, self.tenant = db, dispatch, tenant
        self.claims = {scorer: [] for scorer in SCORERS}
        self.stored = {}

    async def begin(self):
        asked = [
            Pinned(
                scorer=scorer, version="1", plugin="p", plugin_version="1", window_start=MOMENT, window_end=MOMENT,
                after=["a", "b"] if scorer == "verdict" else [],
            )
            for scorer in SCORERS
        ]  # fmt: skip
        async with self.db.tenant(self.tenant) as tx:
            self.run = await runs.insert(tx, NewRun(intended_use="learning", tasks=asked))
            self.ids = {task.scorer: task.id for task in await runs.tasks(tx, self.run.id)}

    async def step(self, what, scorer, which):
        held = self.claims[scorer]
        if what.startswith("claim"):
            await self.claim(scorer, -1.0 if what.endswith("die") else 60.0)
        elif what == "reap":
            async with self.dispatch.dispatcher() as tx:
                await admission.reap(tx, MOST)
        elif what == "admit":
            async with self.dispatch.dispatcher() as tx:
                await admission.admit(tx, 10)
        elif held:
            await self.act(what, held[which % len(held)])

    async def claim(self, scorer, lease):
        async with self.db.tenant(self.tenant) as tx:
            claimed = await tasks.claim(tx, self.ids[scorer], "w", lease, MOST)
        if claimed is not None:
            self.claims[scorer].append(claimed)

    async def act(self, what, claimed):
        newest = self.claims[claimed.scorer][-1].token == claimed.token
        async with self.db.tenant(self.tenant) as tx:
            if what in {"finish", "crash"}:
                status = "ok" if what == "finish" else "error"
                new = NewResult(scorer=claimed.scorer, version="1", status=status, key="k", document=b"{}")
                done = await tasks.finish(tx, claimed, new)
                if done is not None:
                    assert newest, "a late twin got through the fence"
                    assert claimed.scorer not in self.stored, "a second result"
                    self.stored[claimed.scorer] = done.id
            elif what == "give back":
                assert newest or not await tasks.give_back(tx, claimed, "tired", MOST)
            else:
                assert newest or not await tasks.heartbeat(tx, claimed, 60)

    async def check(self):
        async with self.db.tenant(self.tenant) as tx:
            run, states = await runs.get(tx, self.run.id), await runs.tasks(tx, self.run.id)
            kept = await results.page(tx, run_id=self.run.id)
            told = [notice.kind for notice in await outbox.page(tx)]
        over = all(task.state in OVER for task in states)
        assert (run.state in {"succeeded", "failed"}) == over
        assert {one.scorer: one.id for one in kept} == self.stored
        assert {task.scorer for task in states if task.state in {"done", "error"}} == set(self.stored)
        assert all(task.attempt <= MOST for task in states)
        assert told == ([f"run.{run.state}"] if over else [])
        assert not over or (run.state == "failed") == any(task.state == "dead" for task in states)
        return over

    async def counted(self):
        """Every attempt ended, and was counted once, with how it ended."""
        async with self.db.tenant(self.tenant) as tx:
            ended = await tx.connection.fetch(ENDED, self.tenant)
            return ended == await tx.connection.fetch(COUNTED, self.tenant)

    async def drain(self):
        """A good worker and a good dispatcher come along: the run must end."""
        for _ in range(4 * len(SCORERS)):
            async with self.dispatch.dispatcher() as tx:
                await admission.reap(tx, MOST)
                nudges = [*await admission.admit(tx, 10), *await admission.renudge(tx, -1)]
            for nudge in nudges:
                scorer = next(scorer for scorer, task in self.ids.items() if task == nudge.task_id)
                await self.claim(scorer, 60)
                await self.act("finish", self.claims[scorer][-1])
            for held in self.claims.values():
                if held:
                    await self.act("finish", held[-1])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
async def test_no_history_loses_or_doubles_anything(steps, db, dispatch, provision):
    history = History(db, dispatch, await provision())
    await history.begin()
    for step in steps:
        await history.step(*step)
        await history.check()
    await history.drain()

    assert await history.check(), "the run never ended"
    assert await history.counted()
