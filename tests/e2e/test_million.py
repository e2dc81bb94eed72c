"""A million events through the API, some of them twice, late or broken: counted to the line, and once."""

import asyncio
import random
from collections import Counter

import asyncpg
import msgspec
import pytest

from bench import load, yard

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
MILLION = 1_000_000
TENTH, TWENTIETH, HUNDREDTH = MILLION // 10, MILLION // 20, MILLION // 100
BROKEN = (
    b'{"id":"x"}\n',
    b'{"id":"x","occurred_at":"yesterday","actor":"a","verb":"posted"}\n',
    b'{"id":"x","occurred_at":"2026-01-05T09:00:00Z","actor":"a","verb":"danced"}\n',
    b'{"id":"x","occurred_at":"2026-01-05T09:00:00Z","actor":"a","actor":"b","verb":"posted"}\n',
    b"{\n",
)
STORED = """
    select count(*) as events, count(distinct (source, id)) as names, count(distinct day) as days,
           sum(hashtextextended(source || id, 0)) as sum
      from events
     where tenant_id = $1
"""


def lines(seed=7):
    """A million lines: new events, a tenth of them again, a twentieth late, a hundredth broken."""
    chance = random.Random(seed)
    good = MILLION - TENTH - HUNDREDTH
    fresh = [msgspec.json.encode(row) + b"\n" for row in load.rows(good, seed)]
    # The late come at the end, long after the others of their day.
    late = set(chance.sample(range(good), TWENTIETH))
    sent = [line for number, line in enumerate(fresh) if number not in late]
    sent += [chance.choice(BROKEN) for _ in range(HUNDREDTH)]
    sent += chance.choices(sent[:-HUNDREDTH], k=TENTH)
    chance.shuffle(sent)
    return sent + [fresh[number] for number in sorted(late)], good


async def imported(port, key, sent):
    """Send every line in order over four connections; return what became of them."""
    told, waiting = Counter(), [b"".join(sent[at : at + load.LINES]) for at in range(0, len(sent), load.LINES)][::-1]

    async def work():
        async with load.Sender(port, "/v1/events:bulk", key) as sender:
            while waiting:
                status, answer = await sender.post(waiting.pop())
                report = msgspec.json.decode(answer)
                assert status == 200, report
                told.update({name: report[name] for name in ("accepted", "duplicates", "conflicts", "rejected")})
                told["named"] += len({error["line"] for error in report["errors"]})

    await asyncio.gather(*(work() for _ in range(load.CONNECTIONS)))
    return told


async def ask(url, tenant):
    connection = await asyncpg.connect(url)
    try:
        return tuple(await connection.fetchrow(STORED, tenant))
    finally:
        await connection.close()


def test_a_million_lines_are_counted_exactly_and_a_second_import_adds_nothing(database_urls, tmp_path, capsys):
    tenant = yard.tenant(database_urls.app)
    sent, good = lines()
    assert len(sent) == MILLION

    with yard.api(database_urls.app, tmp_path / "api.log") as (port, process):
        first = asyncio.run(imported(port, tenant.key, sent))
        stored = asyncio.run(ask(database_urls.superuser, tenant.id))
        again = asyncio.run(imported(port, tenant.key, sent))
        after = asyncio.run(ask(database_urls.superuser, tenant.id))
        resident = max(one.memory_info().rss for one in [process, *process.children(recursive=True)])

    with capsys.disabled():
        print(f"\na million lines: first {dict(first)}, again {dict(again)}, API resident {resident / 1e6:.0f} MB")  # noqa: T201 - figures that a reader wants
    rejected = {"rejected": HUNDREDTH, "conflicts": 0}
    assert dict(first) == {"accepted": good, "duplicates": TENTH, "named": HUNDREDTH, **rejected}
    assert dict(again) == {"accepted": 0, "duplicates": good + TENTH, "named": HUNDREDTH, **rejected}
    assert stored == after
    assert stored[:3] == (good, good, 90)
    # Two million lines went in.
    assert resident < 250_000_000
