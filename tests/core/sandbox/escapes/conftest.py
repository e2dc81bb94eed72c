"""Bait that is laid once for a whole session: what an attempt changed of it is put back before the next."""

from collections.abc import Iterator

import pytest

from helpers.escapes.bait import Bait


@pytest.fixture(scope="session")
def bait() -> Iterator[Bait]:
    with Bait.laid() as laid:
        yield laid
