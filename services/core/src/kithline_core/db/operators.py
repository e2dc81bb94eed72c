"""Operators: who runs this installation and admits partners. One key each."""

from kithline_core import ids
from kithline_core.db import acting, tokens
from kithline_core.db.database import Tx
from kithline_core.model.tenants import Operator

CREATE = """
    insert into operators (operator_id, title, key_id, secret_hash)
    values ($1, $2, $3, $4)
 returning operator_id as id, title, created_at
"""


async def create(tx: Tx, title: str) -> tuple[Operator, str]:
    """Admit an operator; return it and its key's plaintext, which is shown this once."""
    await acting.operator(tx)
    token = tokens.make()
    hashed = tokens.digest(token.secret, tx.secret)
    return await tx.one(Operator, CREATE, ids.new(), title, token.key_id, hashed), token.plaintext
