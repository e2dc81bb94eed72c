-- In which language somebody answered: whether an item means the same in each can be told only where that is known. And
-- which tenants let figures over ten or more of them count theirs: without a row, or taken back, one does not.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

alter table answers add column language text;

create table pooling (
    tenant_id uuid primary key references tenants,
    agreed boolean not null,
    reason text not null,
    changed_at timestamptz not null default now()
);

alter table pooling enable row level security;
alter table pooling force row level security;
create policy own on pooling using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- Who agreed, and nothing else: their figures are read in a transaction of each.
create policy dispatching on pooling for select to kithline_dispatcher using (true);

grant select, insert, update (agreed, reason, changed_at) on pooling to kithline_app;
grant select (tenant_id, agreed) on pooling to kithline_dispatcher;
