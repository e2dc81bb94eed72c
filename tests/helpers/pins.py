"""What sandboxed arithmetic could hang on: processor, threads, hash seeds."""

import asyncio

from kithline_core import offline
from kithline_core.sandbox import Sandbox
from kithline_core.sandbox.environment import PINNED

EVERYTHING_OFF = "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"

# Three sets of CPU features: what is pinned, the least numpy was built for, and all that this processor has.
PINS = {
    "the least features, four threads, hash seed 1": {
        "NPY_DISABLE_CPU_FEATURES": EVERYTHING_OFF,
        "OPENBLAS_CORETYPE": "Prescott",
        "OPENBLAS_NUM_THREADS": "4",
        "OMP_NUM_THREADS": "4",
        "RAYON_NUM_THREADS": "4",
        "PYTHONHASHSEED": "1",
    },
    "every feature there is, four threads, hash seed 4242": {
        "NPY_DISABLE_CPU_FEATURES": "",
        "OPENBLAS_CORETYPE": "",
        "OPENBLAS_NUM_THREADS": "4",
        "OMP_NUM_THREADS": "4",
        "RAYON_NUM_THREADS": "4",
        "PYTHONHASHSEED": "4242",
    },
}


def scored(dataset, environment=PINNED, tier=None, **asked):
    """Return the documents of a dataset, by scorer, in a sandbox with this environment."""

    async def run():
        async with Sandbox.open(environment, tier=tier) as sandbox:
            return {one.scorer: one.document async for one in offline.score(dataset, offline.Request(**asked), sandbox)}

    return asyncio.run(run())
