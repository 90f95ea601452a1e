-- One row per version of a brief and recipient. It is written before the brief is handed over, so that no process that is
-- killed, and none that runs at the same time, sends it twice.
create table insights.brief_deliveries (
    tenant_id text not null,
    store_id text not null,
    period_start date not null,
    period_end date not null,
    kind text not null,
    language text not null,
    version integer not null,
    recipient_id text not null,
    recipient text not null,
    outcome text not null,
    reason text,
    attempts integer not null default 1,
    claimed_at timestamptz not null default clock_timestamp(),
    settled_at timestamptz,
    primary key (tenant_id, store_id, period_start, period_end, kind, language, version, recipient_id)
);

comment on table insights.brief_deliveries is
    'What was sent of briefs: one row per version of a brief and recipient. None is sent twice.';
comment on column insights.brief_deliveries.tenant_id is 'Tenant whose brief it is.';
comment on column insights.brief_deliveries.store_id is 'Store that the brief is about; * and the tenant''s id where it is about all of the tenant''s.';
comment on column insights.brief_deliveries.period_start is 'First marketplace day that the brief is about.';
comment on column insights.brief_deliveries.period_end is 'Last marketplace day that the brief is about.';
comment on column insights.brief_deliveries.kind is 'Kind of brief, as in insights.briefs.';
comment on column insights.brief_deliveries.language is 'Language of the text.';
comment on column insights.brief_deliveries.version is 'Version of the brief, as in insights.brief_versions.';
comment on column insights.brief_deliveries.recipient_id is
    'SHA-256 of who it is: of e-mail the address, else the whole address of the service.';
comment on column insights.brief_deliveries.recipient is 'Who it is, as it is told: without secrets, and of an address the first letter.';
comment on column insights.brief_deliveries.outcome is
    'sending (under way, or its process was killed), sent, failed (it did not arrive; the next run tries again), unknown (it may '
    'have arrived: it is not sent again by itself).';
comment on column insights.brief_deliveries.reason is 'Why it was not sent; null else.';
comment on column insights.brief_deliveries.attempts is 'How often it was tried.';
comment on column insights.brief_deliveries.claimed_at is 'When the last try began, by the database''s clock.';
comment on column insights.brief_deliveries.settled_at is 'When its outcome was written down; null while it is under way.';

select ops.protect('insights.brief_deliveries');
