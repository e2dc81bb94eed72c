-- Which draft was issued, with the facts it told: a change of the configuration can then be held against it. And who
-- receives the data is a fact of the papers, so that a tenant may know the platform that acts for it.
set local lock_timeout = '4s';
set local statement_timeout = '60s';

create table issued_papers (
    tenant_id uuid not null references tenants,
    paper_id uuid not null,
    kind text collate "C" not null check (kind in ('notice', 'ropa', 'dpia', 'works-agreement')),
    language text collate "C" not null check (language in ('en', 'de')),
    sha256 text collate "C" not null,
    facts jsonb not null,
    issued_at timestamptz not null default now(),
    outdated_at timestamptz,
    primary key (tenant_id, paper_id)
);
create index issued_papers_by_kind on issued_papers (tenant_id, kind, language, paper_id);

alter table issued_papers enable row level security;
alter table issued_papers force row level security;
create policy own on issued_papers using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
create policy of_own_tenant on partners for select using (
    exists (
        select
          from tenants
         where tenants.partner_id = partners.partner_id
           and tenants.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
    )
);

grant select, insert on issued_papers to kithline_app;
grant update (outdated_at) on issued_papers to kithline_app;
