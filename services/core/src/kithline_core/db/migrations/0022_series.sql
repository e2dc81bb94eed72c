-- Levels that hold, and predictions with what came of them.
set local lock_timeout = '4s';
set local statement_timeout = '60s';
