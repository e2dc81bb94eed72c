"""How long requests took in this process, by route and status."""

import time
from bisect import bisect_left
from collections import Counter
from typing import Final

from kithline_core.metrics.text import Family, Sample, histogram

BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# A caller may call a method anything; what is counted is of a few kinds.
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Requests:
    """Counts of one process, from its start."""

    def __init__(self) -> None:
        self.began = time.time()
        self._buckets: dict[tuple[str, str, str], Counter[int]] = {}
        self._seconds: Counter[tuple[str, str, str]] = Counter()

    def add(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer; `route` is a template, never what somebody asked for."""
        name = (route or "none", method if method in METHODS else "other", str(status))
        self._buckets.setdefault(name, Counter())[bisect_left(BOUNDS, seconds)] += 1
        self._seconds[name] += seconds  # type: ignore[assignment]  # a Counter adds floats as well

    def families(self) -> list[Family]:
        """Return what was counted."""
        samples = [
            sample
            for name, buckets in sorted(self._buckets.items())
            for sample in histogram(
                BOUNDS, buckets, self._seconds[name], dict(zip(("route", "method", "status"), name, strict=True))
            )
        ]
        return [
            Family("process_start_time_seconds", "gauge", "When this process of the API began.", [Sample(self.began)]),
            Family("http_request_duration_seconds", "histogram", "Answers of this process of the API.", samples),
        ]
