"""What answers of several kinds have in common."""

from typing import Any, Final

Json = dict[str, Any]
LATER: Final = "2026-01-05T09:00:04Z"
FROM, TO = "2025-10-07T00:00:00Z", "2026-01-05T00:00:00Z"
NOT_FOR: Final = ["appraisal", "pay", "dismissal", "award", "delisting"]
