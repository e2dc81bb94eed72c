"""The demo organisation's findings do not depend on the processor, on threads or on hash seeds.

That they do not depend on the order of rows either stands in test_same_bytes.
"""

import json
import os
import subprocess
import sys

import pytest

from helpers.pins import PINS, scored
from helpers.scorers import SHIPPED
from kithline_core.demo import make
from kithline_core.sandbox.environment import PINNED

# Each of these scores a whole organisation in a process of its own: one is enough for the quick tests.
OUTER = [
    pytest.param(pins, id=name, marks=[pytest.mark.slow] if place else [])
    for place, (name, pins) in enumerate(PINS.items())
]
FEATURES = "import json, numpy._core._multiarray_umath as m; print(json.dumps(m.__cpu_features__))"


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
    assert set(documents) == SHIPPED
    # Without walls: behind one nobody begins a thread, let alone four.
    assert scored(dataset, changed(pins), "none") == documents


@pytest.mark.parametrize("outer", OUTER)
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
