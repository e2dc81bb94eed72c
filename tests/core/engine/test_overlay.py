"""A what-if is a real run over data in which it is so: the same bytes, whatever is supposed."""

import random

import msgspec
import pytest

from helpers import supposing
from helpers.tenants import InProcess
from kithline_core import plugins
from kithline_core.engine.overlay.apply import lay
from kithline_core.engine.score import again
from kithline_core.errors import Invalid, TooFew
from kithline_core.model.overlays import Overlay
from kithline_sdk.snapshot import Snapshot

pytestmark = pytest.mark.anyio
FAST, SLOW = 20, 200


async def agree(cases):
    """Hold so many what-ifs against real runs; return how many of them changed the finding."""
    changed, done, seed = 0, dict.fromkeys(supposing.ALL, 0), 0
    while sum(done.values()) < cases:
        key = min(done, key=lambda one: done[one])
        seed += 1
        found, draw = supposing.tenant(seed), random.Random(seed)
        try:
            said = msgspec.convert(supposing.overlay(draw, found, key), Overlay)
            base = await supposing.score(found.dataset, key)
            laid = lay(Snapshot.decode(base.rested.snapshot), said, supposing.K)
        except (Invalid, TooFew):
            continue
        plugin, spec = plugins.installed().find(key)
        supposed = await again(plugin, spec, laid.snapshot.encode(), base.rested.parameters, InProcess())
        days = supposing.change(found, said, laid.pairs, base.rested.people)
        real = await supposing.score(found.dataset, key, days)

        assert supposed.document == real.document, (seed, key)
        changed += supposed.document != base.document
        done[key] += 1
    return changed


async def test_what_ifs_of_all_kinds_equal_real_runs_over_the_changed_data():
    assert await agree(FAST) > FAST // 2


@pytest.mark.slow
async def test_two_hundred_what_ifs_equal_real_runs_over_the_changed_data():
    assert await agree(SLOW) > SLOW // 2
