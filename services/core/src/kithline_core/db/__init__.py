"""The database: one module per noun, each statement beside the function that runs it."""

from kithline_core.db.database import Database, TenantTx, Tx

__all__ = ["Database", "TenantTx", "Tx"]
