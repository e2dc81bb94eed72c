"""Whether a questionnaire's items mean the same to all who answer it."""

from datetime import UTC, datetime
from typing import Annotated

from litestar import get
from litestar.params import PathParameter

from kithline_api.deps import Config, Db, TenantId
from kithline_api.moments import End, vetted
from kithline_api.routers import router as router_of
from kithline_core import fairness
from kithline_core.fairness import Fairness
from kithline_core.model.types import NAME

Name = Annotated[str, PathParameter(min_length=1, max_length=100, pattern=NAME, description="The questionnaire's key")]


@get("/questionnaires/{key:str}/fairness", operation_id="readFairness", needs="results:read", refusals=["not_found"])
async def read(key: Name, db: Db, tenant_id: TenantId, settings: Config, end: End = None) -> Fairness:
    """Compare what respondents of every language and rank answer with what their equals answer, item by item.

    Counts answers of the 540 days until `to` (today 00:00 UTC unless said) in assessments that are closed. Under 200
    respondents it is unknown; groups of fewer than 10 are withheld.
    """
    until = vetted("to", end) or datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return await fairness.of(db, tenant_id, key, until, settings)


router = router_of("Surveys", "tenant", [read])
