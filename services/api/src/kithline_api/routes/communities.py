"""Communities of which we ask whether they are sensitive."""

from litestar import get

from kithline_api.amends import Questions
from kithline_api.deps import Db, TenantId
from kithline_api.routers import router as router_of
from kithline_core.db import communities


@get("/communities:questions", operation_id="listCommunityQuestions", needs="communities:read")
async def questions(db: Db, tenant_id: TenantId) -> Questions:
    """Return communities whose name or purpose is on the shipped word list, and which nobody has marked yet.

    Until one is sent again with `sensitive` true or false, it is treated as sensitive: nothing of it is counted.
    """
    async with db.tenant(tenant_id) as tx:
        return Questions(await communities.questions(tx))


router = router_of("Data", "tenant", [questions])
