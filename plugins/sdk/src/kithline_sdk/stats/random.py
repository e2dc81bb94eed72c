"""Random numbers that stay the same under every version of numpy: PCG64's raw bits and inverse transforms."""

import numpy as np
from numpy.typing import NDArray


class Draws:
    """A stream of uniform numbers from one seed (an unsigned 64-bit integer)."""

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def uniform(self, size: int) -> NDArray[np.float64]:
        """Return `size` numbers in [0, 1) with 53 random bits each."""
        raw = np.asarray(self._bits.random_raw(size), np.uint64)
        return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def below(self, n: int, size: int) -> NDArray[np.int64]:
        """Return `size` whole numbers in [0, n)."""
        return np.minimum((self.uniform(size) * n).astype(np.int64), n - 1)
