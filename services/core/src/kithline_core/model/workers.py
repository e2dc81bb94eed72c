"""A worker as it introduced itself."""

from datetime import datetime

from kithline_core.model.shapes import Stored


class Worker(Stored, frozen=True):
    """A process that runs plugins: in which tier, and why in no stronger one."""

    worker: str
    tier: str
    missing: dict[str, str]
    seen_at: datetime
