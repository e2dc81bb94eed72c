"""Whether probabilities kept their word."""

from litestar import get

from kithline_api.deps import Db, TenantId
from kithline_api.routers import router as router_of
from kithline_core import calibrating
from kithline_core.model.calibration import Calibration


@get("/calibration", operation_id="readCalibration", needs="results:read")
async def read(db: Db, tenant_id: TenantId) -> Calibration:
    """Return what the tenant's results said would hold against what came, by scorer and version: Brier score and curve.

    A prediction counts once a window that ends 60 to 120 days later has shown whether it came.
    """
    async with db.tenant(tenant_id) as tx:
        return await calibrating.own(tx)


router = router_of("Results", "tenant", [read])
