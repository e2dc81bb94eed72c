"""The ledger of predictions: what a result said would hold, and what a later one shows. Written once, never changed."""

from typing import Final

from kithline_core.db.database import TenantTx
from kithline_core.db.lapsing import lapsed
from kithline_core.model.shapes import Stored

LEVEL_HOLDS: Final = "level_holds"

# A prediction speaks of 90 days; between so many another window shows whether it came.
_NEAR, _AIM, _FAR = 60, 90, 120

# Of each calendar month of window ends the first result: of many in one month each would say nearly the same.
_SAID = """
      with said as (
           select distinct on (scorer, version, scope_id, of_parameters, of_words, length, month)
                  result_id, scorer, version, scope_id, of_parameters, of_words, length, window_end, level,
                  level_probability, grounds
             from results
            cross join lateral (
                  select method->>'parameters' as of_parameters, method->>'word_lists' as of_words,
                         window_end - window_start as length,
                         date_trunc('month', window_end at time zone 'UTC') as month) as kind
            where tenant_id = $1 and level is not null and level_probability is not null
            order by scorer, version, scope_id, of_parameters, of_words, length, month, result_id)"""

RESOLVE = f"""{_SAID}
    insert into predictions (tenant_id, result_id, prediction, resolved_by, scorer, version, probability, came)
    select $1, said.result_id, $2, later.result_id, said.scorer, said.version, said.level_probability,
           later.level = said.level
      from said
     cross join lateral (
           select other.result_id, other.level
             from results as other
            where other.tenant_id = $1 and other.scorer = said.scorer and other.version = said.version
              and other.scope_id is not distinct from said.scope_id
              and other.method->>'parameters' is not distinct from said.of_parameters
              and other.method->>'word_lists' is not distinct from said.of_words
              and other.window_end - other.window_start = said.length
              and other.window_end between said.window_end + make_interval(days => {_NEAR})
                                       and said.window_end + make_interval(days => {_FAR})
              and other.level is not null and not {lapsed("other")}
            order by abs(extract(epoch from other.window_end - said.window_end - make_interval(days => {_AIM}))),
                     other.window_end, other.result_id desc
            limit 1) as later
     where said.window_end <= now() - make_interval(days => {_FAR}) and not {lapsed("said")}
        on conflict (tenant_id, result_id, prediction) do nothing
"""

# What rests on a ground that ended counts no longer, on either side.
RESOLVED = f"""
    select ledger.scorer, ledger.version, ledger.probability, ledger.came
      from predictions as ledger
      join results as said on said.tenant_id = $1 and said.result_id = ledger.result_id
      join results as later on later.tenant_id = $1 and later.result_id = ledger.resolved_by
     where ledger.tenant_id = $1 and ledger.prediction = $2
       and not {lapsed("said")} and not {lapsed("later")}
     order by ledger.scorer, ledger.version, ledger.result_id
"""

WAITING = f"""{_SAID}
    select said.scorer, said.version, count(*) as waiting
      from said
     where not {lapsed("said")}
       and not exists (
             select
               from predictions as ledger
              where ledger.tenant_id = $1 and ledger.result_id = said.result_id and ledger.prediction = $2)
     group by said.scorer, said.version
     order by said.scorer, said.version
"""


class Resolved(Stored, frozen=True):
    """What a scorer said, and whether it came."""

    scorer: str
    version: str
    probability: float
    came: bool


async def resolve(tx: TenantTx) -> int:
    """Write down what can be known by now; return how many predictions."""
    return await tx.run(RESOLVE, LEVEL_HOLDS)


async def resolved(tx: TenantTx) -> list[Resolved]:
    """Return the ledger."""
    return await tx.all(Resolved, RESOLVED, LEVEL_HOLDS)


async def waiting(tx: TenantTx) -> dict[tuple[str, str], int]:
    """Return by scorer and version how many predictions nothing has shown yet."""
    return {(row["scorer"], row["version"]): row["waiting"] for row in await tx.rows(WAITING, LEVEL_HOLDS)}
