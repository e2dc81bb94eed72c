"""Taking events in, side by side in one run: COPY by a role past row security, our API, and a peer's API.

All write the same rows into the same table, indexes and all, in turn, each five times; medians are compared. COPY sends
as many rows a call as the API takes in a request; once over a single connection and once over as many as the API has.
"""

import asyncio
import os
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from bench import load, yard
from kithline_core.stack.probe import any_port

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]
TURNS = 5
ROWS = 200_000
OURS_TO_COPY = 0.70
OURS_TO_PEER = 3.2
MILLIONS = 2_000_000
RESIDENT = 250_000_000
PATH = "/v1/events:bulk"


@pytest.fixture
def servers(bench_database, tmp_path):
    """Our API and the peer's, both on the same database; yields a tenant, the ports and our process."""
    tenant, port = yard.tenant(bench_database.app), any_port("127.0.0.1")
    environment = {
        **os.environ,
        "PEER_DATABASE_URL": bench_database.superuser.replace("postgresql://", "postgresql+asyncpg://", 1),
        "PEER_TENANT": str(uuid4()),
    }
    command = (
        sys.executable, "-m", "uvicorn", "peer:app", "--app-dir", str(Path(__file__).parent), "--port", str(port),
        "--log-level", "error",
    )  # fmt: skip
    with (
        yard.api(bench_database.app, tmp_path / "api.log") as (ours, process),
        yard.serving(command, environment, f"http://127.0.0.1:{port}/docs", tmp_path / "peer.log"),
    ):
        yield tenant, ours, port, process


def copied(url, records, connections):
    """Copy records straight into the table; return the seconds."""
    waiting = [records[at : at + load.LINES] for at in range(0, len(records), load.LINES)]

    async def work(connection):
        while waiting:
            await connection.copy_records_to_table("events", records=waiting.pop(), columns=load.COLUMNS)

    async def run():
        pool = [await asyncpg.connect(url) for _ in range(connections)]
        began = time.perf_counter()
        await asyncio.gather(*map(work, pool))
        seconds = time.perf_counter() - began
        for connection in pool:
            await connection.close()
        return seconds

    return asyncio.run(run())


def test_bulk_ingest_beside_copy_and_beside_a_peer(servers, bench_database, capsys):
    tenant, ours, peer, _ = servers
    warm = load.bodies(load.rows(20_000, 0, first=10**8))
    asyncio.run(load.send(ours, PATH, tenant.key, warm))
    asyncio.run(load.send(peer, "/events", "", warm))

    rates = defaultdict(list)
    for turn in range(TURNS):
        # Each turn's ids are new, and every way gets the same rows under a tenant of its own.
        rows = load.rows(ROWS, turn + 1, first=turn * ROWS)
        bodies = load.bodies(rows)
        rates["COPY, 1 connection"].append(copied(bench_database.superuser, load.records(rows, uuid4()), 1))
        rates["ours, 4 connections"].append(asyncio.run(load.send(ours, PATH, tenant.key, bodies)))
        rates["COPY, 4 connections"].append(copied(bench_database.superuser, load.records(rows, uuid4()), 4))
        rates["peer, 4 connections"].append(asyncio.run(load.send(peer, "/events", "", bodies)))

    medians = {name: ROWS / statistics.median(seconds) for name, seconds in rates.items()}
    rate = medians["ours, 4 connections"]
    with capsys.disabled():
        print(  # noqa: T201 - a measurement prints its figures
            f"\ningest, {ROWS} rows a turn, {load.LINES} a request, medians of {TURNS} in turn"
        )
        for name, median in medians.items():
            spread = f"{ROWS / max(rates[name]):9,.0f} to {ROWS / min(rates[name]):9,.0f}"
            print(  # noqa: T201 - as above
                f"  {name:20} {median:9,.0f} rows/s ({spread})   ours to it {rate / median:5.2f}"
            )
    assert rate / medians["COPY, 1 connection"] >= OURS_TO_COPY
    assert rate / medians["peer, 4 connections"] >= OURS_TO_PEER


def test_two_million_events_leave_the_api_small(servers, capsys):
    tenant, ours, _, process = servers
    resident = 0

    async def watched(bodies):
        sending = asyncio.create_task(load.send(ours, PATH, tenant.key, bodies))
        most = 0
        while not sending.done():
            most = max(most, sum(one.memory_info().rss for one in [process, *process.children(recursive=True)]))
            await asyncio.sleep(0.05)
        await sending
        return most

    for part in range(MILLIONS // ROWS):
        rows = load.rows(ROWS, part, first=10**9 + part * ROWS)
        resident = max(resident, asyncio.run(watched(load.bodies(rows))))

    with capsys.disabled():
        print(f"\n{MILLIONS:,} events: the API is resident with {resident / 1e6:.0f} MB at most")  # noqa: T201 - as above
    assert resident < RESIDENT
