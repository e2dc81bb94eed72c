-- Replays of results.
set local lock_timeout = '4s';
set local statement_timeout = '60s';
