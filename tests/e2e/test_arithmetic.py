"""The demo organisation's findings do not depend on the processor, on threads or on hash seeds.

That they do not depend on the order of rows either stands in test_same_bytes.
"""

import asyncio
import json
import os
import subprocess
import sys

import pytest

from kithline_core import offline
from kithline_core.demo import make
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
FEATURES = "import json, numpy._core._multiarray_umath as m; print(json.dumps(m.__cpu_features__))"


def scored(dataset, environment=PINNED):
    """Return the documents of a dataset, by scorer, in a sandbox with this environment."""

    async def run():
        async with Sandbox.open(environment) as sandbox:
            return {one.scorer: one.document async for one in offline.score(dataset, offline.Request(), sandbox)}

    return asyncio.run(run())


@pytest.fixture(scope="module")
def dataset():
    return make.make()


@pytest.fixture(scope="module")
def documents(dataset):
    return scored(dataset)


def changed(environment):
    return {**PINNED, **environment}


@pytest.mark.parametrize("pins", PINS.values(), ids=PINS)
def test_what_the_sandbox_pins_could_be_lifted_without_changing_a_byte(dataset, documents, pins):
    assert len(documents) == 5
    assert scored(dataset, changed(pins)) == documents


@pytest.mark.parametrize("outer", PINS.values(), ids=PINS)
def test_the_environment_of_whoever_calls_changes_no_byte(demo_folder, documents, installation, outer):
    assert installation.findings("score", demo_folder, **outer) == documents


def test_the_three_sets_of_features_are_really_three():
    seen = []
    for pins in ({}, *PINS.values()):
        environment = {**os.environ, **changed(pins)}
        told = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", FEATURES], env=environment, capture_output=True, check=True
        )
        seen.append({name for name, on in json.loads(told.stdout).items() if on})
    pinned, least, most = seen

    if "X86_V3" not in most:
        pytest.skip("this processor has nothing above the least that numpy was built for")
    assert "X86_V3" not in least
    assert least < pinned <= most
