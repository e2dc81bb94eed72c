"""What the pages of a list have in common is worked out once, and forgotten when it had its time or there is too much."""

import pytest

from kithline_core.questions.remembering import Memory

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock():
    """An instant that the test moves on."""
    return [0.0]


@pytest.fixture
def ask(clock):
    memory, worked = Memory(10.0, 2, lambda: clock[0]), []

    async def asked(key):
        async def work():
            worked.append(key)
            return key.upper()

        assert await memory.of(key, work) == key.upper()
        return "".join(worked)

    return asked


async def test_what_is_known_is_not_worked_out_again_until_its_time_is_over(ask, clock):
    assert await ask("a") == "a"
    clock[0] = 9.9
    assert await ask("a") == "a"
    clock[0] = 10.0
    assert await ask("a") == "aa"


async def test_of_too_much_the_oldest_goes(ask, clock):
    for key in "abc":
        clock[0] += 1
        await ask(key)

    assert await ask("b") == "abc"
    assert await ask("a") == "abca"
    assert await ask("c") == "abca"
