-- no-transaction
-- An import is undone by its name; built beside the writers, for this table is never small.
set lock_timeout = '4s';
-- then
set statement_timeout = '1h';
-- then
-- squawk-ignore ban-concurrent-index-creation-in-transaction
create index concurrently if not exists events_by_batch on events (tenant_id, batch) where batch is not null;
-- then
reset lock_timeout;
-- then
reset statement_timeout;
