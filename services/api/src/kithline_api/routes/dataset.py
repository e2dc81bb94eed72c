"""What the whole of a tenant's data says about itself: dataset.json and value.json."""

from litestar import Response, get, put
from litestar.params import JSONBody

from kithline_api.deps import Db, TenantId
from kithline_api.routers import router as router_of
from kithline_core.db import datasets, values
from kithline_core.model.datasets import Dataset
from kithline_core.model.value import ValueModel
from kithline_core.papers import issuing


@put("/dataset", operation_id="putDataset", needs="datasets:write")
async def keep(data: JSONBody[Dataset], db: Db, tenant_id: TenantId) -> Dataset:
    """Replace the settings. A public or synthetic dataset brings its own processing ground."""
    async with db.tenant(tenant_id) as tx:
        await datasets.put(tx, data)
        await issuing.watch(tx)
    return data


@get("/dataset", operation_id="readDataset", needs="datasets:read")
async def read(db: Db, tenant_id: TenantId) -> Dataset:
    """Return the settings; the defaults when none were sent."""
    async with db.tenant(tenant_id) as tx:
        return await datasets.get(tx)


@put("/value-model", operation_id="putValueModel", needs="datasets:write")
async def keep_model(data: JSONBody[ValueModel], db: Db, tenant_id: TenantId) -> ValueModel:
    """Replace the value model; lines that are not in it go."""
    async with db.tenant(tenant_id) as tx:
        await values.put(tx, data)
    return data


@get("/value-model", operation_id="readValueModel", needs="datasets:read")
async def read_model(db: Db, tenant_id: TenantId) -> Response[ValueModel]:
    """Return the value model; an empty one when none was sent."""
    async with db.tenant(tenant_id) as tx:
        found = await values.get(tx)
    return Response(found or ValueModel(lines=[]))


router = router_of("Data", "tenant", [keep, read, keep_model, read_model])
