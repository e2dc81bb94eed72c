"""Answers with their evidence: sent in bulk, read back as sent."""

from collections.abc import Sequence
from uuid import UUID

from kithline_core.db import assessments, bulk, grounds
from kithline_core.db.bulk import Page
from kithline_core.db.database import TenantTx
from kithline_core.model.rows import IDENTITY, UNNAMED, AnswerRow
from kithline_core.model.verdicts import Verdict

UPSERT = """
    insert into answers as had
           (tenant_id, row_id, questionnaire, assessment, item, value, version, respondent, department, rank, dimension, seconds,
            evidence, dated, role, confirmed_by, respondents, language)
    select $1, sent.*
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::text[], $8::text[], $9::text[],
                  $10::text[], $11::text[], $12::float8[], $13::text[], $14::timestamptz[], $15::text[],
                  $16::text[], $17::bigint[], $18::text[]) as sent
        on conflict (tenant_id, questionnaire, version, assessment, respondent, item) do update
       set (value, department, rank, dimension, seconds, evidence, dated, role, confirmed_by, respondents, language)
         = row (excluded.value, excluded.department, excluded.rank, excluded.dimension, excluded.seconds,
            excluded.evidence, excluded.dated, excluded.role, excluded.confirmed_by, excluded.respondents, excluded.language)
     where (had.value, had.department, had.rank, had.dimension, had.seconds, had.evidence, had.dated, had.role,
            had.confirmed_by, had.respondents, had.language)
           is distinct from (excluded.value, excluded.department, excluded.rank, excluded.dimension, excluded.seconds,
            excluded.evidence, excluded.dated, excluded.role, excluded.confirmed_by, excluded.respondents, excluded.language)
 returning row_id, questionnaire, version, assessment, respondent, item
"""

PAGE = """
    select row_id, questionnaire, assessment, item, value, version, respondent, department, rank, dimension, seconds,
           evidence, dated, role, confirmed_by, respondents, language
      from answers
     where tenant_id = $1 and row_id > $2
       and exists (select from assessments as sat
                    where sat.tenant_id = $1 and sat.questionnaire = answers.questionnaire
                      and sat.assessment = answers.assessment and sat.closed_at is not null)
     order by row_id
     limit $3
"""


async def upsert(tx: TenantTx, rows: Sequence[AnswerRow]) -> list[Verdict]:
    """Insert or update by the sender's identity, opening and closing what was not sat before. Raises NoGround."""
    if any(row.respondent is not None or row.confirmed_by not in {None, UNNAMED} for row in rows):
        await grounds.require(tx)
    await assessments.ensure(tx, {(row.questionnaire, row.assessment, row.version) for row in rows})
    return await bulk.upsert(tx, UPSERT, rows, IDENTITY["answers"])


async def page(tx: TenantTx, after: UUID | None = None, size: int = 1000) -> Page[AnswerRow]:
    """Return answers of closed assessments behind a cursor; open ones do not count yet."""
    return await bulk.page(tx, AnswerRow, PAGE, after, size)
