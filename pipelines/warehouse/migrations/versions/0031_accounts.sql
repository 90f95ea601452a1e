-- Who may ask. No reader's role has any right in this schema: neither BI tools nor tenants see a row of it.
create schema accounts;
revoke all on schema accounts from public;

create table accounts.users (
    user_id text primary key,
    email text not null unique check (email = lower(email)),
    name text not null default '',
    password_hash text,                   -- Argon2id; null: no password yet, or log-in elsewhere only
    totp_secret bytea,                    -- encrypted; null: no second factor
    totp_confirmed_at timestamptz,        -- null: the second factor is not asked for yet
    totp_last_step bigint,                -- the newest step of 30 s that was used: none is taken twice
    created_at timestamptz not null default clock_timestamp(),
    password_changed_at timestamptz
);

create table accounts.members (
    tenant_id text not null references ops.tenants on delete cascade,
    user_id text not null references accounts.users on delete cascade,
    role text not null check (role in ('owner', 'analyst', 'viewer')),
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, user_id)
);
create index on accounts.members (user_id);

create table accounts.invitations (
    invitation_id text primary key,
    tenant_id text not null references ops.tenants on delete cascade,
    email text not null check (email = lower(email)),
    role text not null check (role in ('owner', 'analyst', 'viewer')),
    token_hash bytea not null unique,
    invited_by text not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    accepted_at timestamptz,
    revoked_at timestamptz
);
create index on accounts.invitations (tenant_id);

-- One log-in. All refresh tokens of it are one family, which ends as a whole.
create table accounts.sessions (
    session_id text primary key,
    user_id text not null,
    tenant_id text not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    ended_because text,
    foreign key (tenant_id, user_id) references accounts.members on delete cascade
);
create index on accounts.sessions (tenant_id, user_id);
create index on accounts.sessions (expires_at);

create table accounts.refresh_tokens (
    token_hash bytea primary key,
    session_id text not null references accounts.sessions on delete cascade,
    issued_at timestamptz not null default clock_timestamp(),
    used_at timestamptz
);
create index on accounts.refresh_tokens (session_id);

-- Failed log-ins, by a keyed hash of the e-mail address: an address that nobody has is locked like any other.
create table accounts.attempts (
    email_hash bytea primary key,
    failed integer not null,
    last_at timestamptz not null
);

create table accounts.api_keys (
    key_id text primary key,
    tenant_id text not null references ops.tenants on delete cascade,
    name text not null,
    secret_hash bytea not null,           -- HMAC-SHA-256: the secret is random, so a slow hash would gain nothing
    scopes text[] not null check (scopes <@ array['read', 'crawl', 'write', 'admin'] and cardinality(scopes) > 0),
    stores text[],                        -- null: all of the tenant
    created_by text not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz              -- to the hour
);
create index on accounts.api_keys (tenant_id);

-- Who a user is where he logs in elsewhere (OIDC): issuer and subject, never an e-mail address, which may change hands.
create table accounts.identities (
    issuer text not null,
    subject text not null,
    user_id text not null references accounts.users on delete cascade,
    created_at timestamptz not null default clock_timestamp(),
    primary key (issuer, subject)
);

-- A log-in elsewhere that has begun. The state is kept as its hash only.
create table accounts.oidc_logins (
    state_hash bytea primary key,
    nonce text not null,
    verifier text not null,
    tenant_id text,
    begun_at timestamptz not null default clock_timestamp()
);

-- Requests of each tenant in the running minute and the running day (UTC), of all processes. After a crash of the server
-- it is empty: unlogged, since it is written at every request.
create unlogged table accounts.request_counts (
    tenant_id text not null,
    span text not null check (span in ('minute', 'day')),
    began timestamptz not null,
    used integer not null,
    primary key (tenant_id, span)
) with (fillfactor = 50);

-- Count a request of a tenant: how many of the running minute and day there were with it. One that is beyond a limit is
-- not counted, so that whoever goes on asking does not use up what comes next. Null limits: none.
create function accounts.count_request(p_tenant text, p_minute integer, p_day integer)
returns table (minute_used integer, day_used integer)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_minute timestamptz := date_trunc('minute', clock_timestamp());
    v_day timestamptz := date_trunc('day', clock_timestamp(), 'UTC');
begin
    insert into accounts.request_counts (tenant_id, span, began, used)
    values (p_tenant, 'day', v_day, 0), (p_tenant, 'minute', v_minute, 0)
    on conflict (tenant_id, span) do update set
        used = case when request_counts.began = excluded.began then request_counts.used else 0 end,
        began = excluded.began;
    select c.used + 1 into day_used from accounts.request_counts as c where c.tenant_id = p_tenant and c.span = 'day';
    select c.used + 1 into minute_used
    from accounts.request_counts as c where c.tenant_id = p_tenant and c.span = 'minute';
    if minute_used <= coalesce(p_minute, minute_used) and day_used <= coalesce(p_day, day_used) then
        update accounts.request_counts as c set used = c.used + 1 where c.tenant_id = p_tenant;
    end if;
    return next;
end
$$;

-- Who has changed what, when and from where. Rows are added, and nothing else is done to them: the right to is taken from
-- everybody, the owner too, and a trigger holds superusers, whom rights do not bind.
create table ops.audit (
    audit_id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    tenant_id text,                       -- null: of the whole installation, or of a tenant that nobody knows
    who text not null,                    -- user:<id>, key:<id>, cli:<name of the system's user>, nobody
    what text not null,                   -- as `key.created`
    subject text,                         -- what was changed, as an id; never an e-mail address
    came_from text,                       -- the network address, or `local`
    details jsonb not null default '{}'
);
create index on ops.audit (tenant_id, at);
revoke all on ops.audit from public;
revoke update, delete, truncate on ops.audit from current_user;

create function ops.audit_stays() returns trigger language plpgsql as $$
begin
    raise exception 'ops.audit is only added to' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_stays before update or delete or truncate on ops.audit
for each statement execute function ops.audit_stays();
comment on table ops.audit is 'Who has changed what in accounts and keys, when and from where. Only added to.';
comment on schema accounts is 'Users, members, sessions and keys of API. Readable by no role of BI tools or tenants.';
