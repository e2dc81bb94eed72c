"""A pool, and transactions that carry their tenant: `$1` of every statement, and the setting the policies read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self, TypeAlias, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

from kithline_core.db.bell import Bell
from kithline_core.errors import Invalid, NotFound, Unavailable
from kithline_core.settings import Settings

T = TypeVar("T")
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

# What a server says when it cannot serve now: starting, stopping, full, out of connections, gone, in a deadlock.
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.TransactionRollbackError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a session that the server ended a moment ago, not yet known to be closed
    ConnectionError,
)

NOTIFY = "select pg_notify($1, $2)"


class Tx:
    """An open transaction. `one` raises NotFound, `maybe` returns None, `all` a list, `run` the number of rows."""

    __slots__ = ("connection", "secret")

    def __init__(self, connection: Connection, secret: bytes) -> None:
        self.connection, self.secret = connection, secret

    def bound(self, args: tuple[object, ...]) -> tuple[object, ...]:
        """Return the arguments as the statement takes them."""
        return args

    async def one(self, kind: type[T], sql: str, *args: object) -> T:
        """Return the one row. Raises NotFound."""
        found = await self.maybe(kind, sql, *args)
        if found is None:
            raise NotFound("there is no such object")
        return found

    async def maybe(self, kind: type[T], sql: str, *args: object) -> T | None:
        """Return the row, if there is one."""
        row = await self.connection.fetchrow(sql, *self.bound(args))
        return None if row is None else kind(**row)

    async def all(self, kind: type[T], sql: str, *args: object) -> list[T]:
        """Return every row."""
        return [kind(**row) for row in await self.connection.fetch(sql, *self.bound(args))]

    async def rows(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """Return bare rows, for bulk work."""
        return await self.connection.fetch(sql, *self.bound(args))

    async def run(self, sql: str, *args: object) -> int:
        """Execute and return how many rows it touched."""
        tag = await self.connection.execute(sql, *self.bound(args))
        return int(tag.rpartition(" ")[2]) if tag[-1].isdigit() else 0

    async def notify(self, channel: str, payload: object = "") -> None:
        """Ring a bell; listeners hear it after COMMIT."""
        await self.connection.execute(NOTIFY, channel, str(payload))

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what happened inside when the database refuses it, and nothing else. Savepoints do not nest."""
        await self.connection.execute("savepoint inner_part")
        try:
            yield
        except asyncpg.PostgresError:
            await self.connection.execute("rollback to savepoint inner_part")
            raise
        await self.connection.execute("release savepoint inner_part")


class TenantTx(Tx):
    """A transaction of one tenant, which is `$1` of every statement.

    `batch` names the import that its rows come with, where they come with one (see `batches.under`); `arrived`: it has
    taken events in, and its table of arrivals holds them still.
    """

    __slots__ = ("arrived", "batch", "tenant_id")

    def __init__(self, connection: Connection, secret: bytes, tenant_id: UUID) -> None:
        super().__init__(connection, secret)
        self.tenant_id = tenant_id
        self.batch: str | None = None
        self.arrived = False

    def bound(self, args: tuple[object, ...]) -> tuple[object, ...]:
        """Put the tenant first."""
        return (self.tenant_id, *args)


class Database:
    """A pool of connections of one role."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", url: str, secret: bytes, acquire_seconds: float) -> None:
        self._pool, self._url, self._secret, self._acquire_seconds = pool, url, secret, acquire_seconds

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        url: str,
        *,
        secret: str = "",
        pool_max: int = 8,
        acquire_seconds: float = 2.0,
        statement_seconds: float = 60.0,
    ) -> AsyncIterator[Self]:
        """Open a pool for as long as the block lasts. Connections are made when they are needed, not now."""
        limits = {"statement_timeout": str(int(statement_seconds * 1000)), "application_name": "kithline"}
        pool = await asyncpg.create_pool(
            url, min_size=0, max_size=pool_max, init=_codecs, reset=_as_it_is, server_settings=limits, timeout=10
        )
        try:
            yield cls(pool, url, secret.encode(), acquire_seconds)
        finally:
            with suppress(TimeoutError):
                await asyncio.wait_for(pool.close(), 10)
            pool.terminate()

    @classmethod
    @asynccontextmanager
    async def of(cls, settings: Settings) -> AsyncIterator[Self]:
        """Open the app role's pool as the settings say."""
        async with cls.open(
            settings.database_url,
            secret=settings.secret,
            pool_max=settings.pool_max,
            acquire_seconds=settings.acquire_seconds,
            statement_seconds=settings.statement_seconds,
        ) as opened:
            yield opened

    @asynccontextmanager
    async def tenant(self, tenant_id: UUID, *, frozen: bool = False) -> AsyncIterator[TenantTx]:
        """Open a transaction of one tenant; `frozen` reads one moment (repeatable read) and writes nothing."""
        manner = " isolation level repeatable read read only" if frozen else ""
        # One round trip: the tenant travels with BEGIN. UUID() has vetted it, so that it cannot be anything else.
        begin = f"begin{manner}; select set_config('app.tenant', '{UUID(str(tenant_id))}', true)"
        async with self._transaction(begin) as connection:
            yield TenantTx(connection, self._secret, tenant_id)

    @asynccontextmanager
    async def platform(self) -> AsyncIterator[Tx]:
        """Open a transaction without a tenant: it sees operators and partners, and no tenant's rows."""
        async with self._transaction("begin") as connection:
            yield Tx(connection, self._secret)

    @asynccontextmanager
    async def presented(self, key_id: str) -> AsyncIterator[Tx]:
        """Open a transaction that sees the one key whose id was presented, whoever holds it."""
        async with self._transaction(f"begin; select set_config('app.key', {_quoted(key_id)}, true)") as connection:
            yield Tx(connection, self._secret)

    # The dispatcher's role sees runs, tasks, the outbox and dirty days of all tenants; its transactions carry none.
    dispatcher = platform

    def listen(self, channel: str) -> Bell:
        """Return a bell for `async with`, on a connection of its own: a pool would forget who listens."""
        return Bell(self._url, channel)

    async def ping(self) -> None:
        """Ask the server anything. Raises Unavailable."""
        async with self.platform() as tx:
            await tx.run("select 1")

    @asynccontextmanager
    async def _transaction(self, begin: str) -> AsyncIterator[Connection]:
        connection = await self._acquire()
        try:
            await connection.execute(begin)
            yield connection
            await connection.execute("commit")
        except asyncpg.DataError as error:
            if isinstance(error.__cause__, OverflowError):
                raise Invalid("an instant lies outside the years 1 to 9999") from error
            raise  # an argument of the wrong type is our mistake, though it is an InterfaceError too
        except AWAY as error:
            raise Unavailable(f"the database does not answer: {type(error).__name__}") from error
        finally:
            await asyncio.shield(self._give_back(connection))

    async def _give_back(self, connection: "PoolConnectionProxy[asyncpg.Record]") -> None:
        """Roll back what is still open. A connection that is mid-statement or dead is dropped by the pool."""
        with suppress(*AWAY):
            if connection.is_in_transaction():
                await connection.execute("rollback", timeout=5)
        with suppress(*AWAY):  # the pool has dropped it by then
            await self._pool.release(connection, timeout=5)

    async def _acquire(self) -> "PoolConnectionProxy[asyncpg.Record]":
        try:
            return await self._pool.acquire(timeout=self._acquire_seconds)
        except TimeoutError:
            raise Unavailable("no database connection became free in time") from None
        except (*AWAY, OSError) as error:
            raise Unavailable(f"the database does not answer: {type(error).__name__}") from error


def _quoted(word: str) -> str:
    """Return a word of plain letters and digits as a literal: BEGIN takes no arguments."""
    if not (word.isascii() and word.isalnum()):
        raise ValueError("only plain letters and digits travel with BEGIN")
    return f"'{word}'"


async def _as_it_is(_: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Leave a connection as a transaction left it: all settings and locks end with it. Asking would be a round trip each."""


async def _codecs(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_to_json, decoder=msgspec.json.decode, format="text"
    )


def _to_json(value: object) -> str:
    return msgspec.json.encode(value).decode()
