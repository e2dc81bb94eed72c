-- no-transaction
-- An event that comes after the one that replaces it is known by the first; whose direct messages are here, by the
-- second. Both are built beside the writers, as the one by batch.
set lock_timeout = '4s';
-- then
set statement_timeout = '1h';
-- then
-- squawk-ignore ban-concurrent-index-creation-in-transaction
create index concurrently if not exists events_by_successor on events (tenant_id, source, supersedes) where supersedes is not null;
-- then
-- squawk-ignore ban-concurrent-index-creation-in-transaction
create index concurrently if not exists events_direct on events (tenant_id, day) where visibility = 'direct';
-- then
reset lock_timeout;
-- then
reset statement_timeout;
