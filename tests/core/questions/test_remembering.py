"""What the pages of a list have in common is worked out once, and forgotten when it had its time or there is too much."""

import pytest

from kithline_core.questions.remembering import Memory

pytestmark = pytest.mark.anyio


class Clock:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ask(clock):
    memory, worked = Memory(10.0, 2, clock), []

    async def asked(key):
        async def work():
            worked.append(key)
            return key.upper()

        assert await memory.of(key, work) == key.upper()
        return "".join(worked)

    return asked


async def test_what_is_known_is_not_worked_out_again_until_its_time_is_over(ask, clock):
    assert await ask("a") == "a"
    clock.now = 9.9
    assert await ask("a") == "a"
    clock.now = 10.0
    assert await ask("a") == "aa"


async def test_of_too_much_the_oldest_goes(ask, clock):
    for key in "abc":
        clock.now += 1
        await ask(key)

    assert await ask("b") == "abc"
    assert await ask("a") == "abca"
    assert await ask("c") == "abca"
