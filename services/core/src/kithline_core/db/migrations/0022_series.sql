-- A series needs of each result what can be compared: the interval, how sure the level is, which level holds after noise is
-- taken off it, and by which method all this was found. Results that are there already have none of it.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

alter table results add column interval_low double precision;
alter table results add column interval_high double precision;
alter table results add column level_probability double precision;
alter table results add column level_held integer;
alter table results add column method jsonb;
