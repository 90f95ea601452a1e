-- Alerts are written from here on: a row for each incident, what of the marts was looked at for them, who wants to hear
-- of what, and what was sent.
alter table insights.alerts
    add column incident_id bigint generated always as identity,
    add column name text,
    add column product text,
    add column value numeric,
    add column threshold numeric,
    add column unit text not null,
    add column currency text,
    add column ended text,
    add column opened_at timestamptz not null,
    add column ended_at timestamptz;

create unique index alerts_incident_id on insights.alerts (incident_id);
create unique index alerts_one_open on insights.alerts (store_id, kind, subject) where resolved_at is null;

comment on table insights.alerts is
    'What a seller must hear of: one row per store, kind, subject and first day on which it was seen, however often it is seen.';
comment on column insights.alerts.tenant_id is 'Tenant that the store belongs to.';
comment on column insights.alerts.store_id is 'Store.';
comment on column insights.alerts.kind is 'What it is: out_of_stock, buy_box_lost and others (docs/alerts.md).';
comment on column insights.alerts.subject is
    'What it is about: a SKU, an ASIN, a campaign''s id, a search term, a feed, a comparison, or the store itself.';
comment on column insights.alerts.severity is 'How urgent it is: critical, warning or info.';
comment on column insights.alerts.first_seen is 'First marketplace day on which it was seen.';
comment on column insights.alerts.last_seen is 'Last marketplace day on which it was seen.';
comment on column insights.alerts.resolved_at is 'Marketplace day on which it was seen to be over; null while it lasts.';
comment on column insights.alerts.facts is 'Further figures of last_seen, by name.';
comment on column insights.alerts.incident_id is 'Number of the incident.';
comment on column insights.alerts.name is 'What people call the subject: a product''s title, a campaign''s name; null where it has none.';
comment on column insights.alerts.product is 'SKU or ASIN by which tags are found; null where it is about no product.';
comment on column insights.alerts.value is 'What was measured on last_seen, in unit.';
comment on column insights.alerts.threshold is 'The threshold that held on last_seen, in unit.';
comment on column insights.alerts.unit is 'Unit of value and threshold: units, days, percent, amount, clicks, hours, score, stars, ratings, number.';
comment on column insights.alerts.currency is 'Currency of amounts, ISO 4217; null where there are none.';
comment on column insights.alerts.ended is
    'over (seen not to be any more), gone (nothing is read of the subject any more), off (the rules look for it no longer); null while it lasts.';
comment on column insights.alerts.opened_at is 'When it was written down, by the business clock (UTC).';
comment on column insights.alerts.ended_at is 'When it was seen to be over, by the business clock (UTC); null while it lasts.';

create table insights.alert_readings (
    tenant_id text not null,
    store_id text not null,
    kind text not null,
    read_to date,
    looked_at timestamptz not null,
    problem text,
    primary key (store_id, kind)
);

comment on table insights.alert_readings is 'How far each kind of alert has been looked for: one row per store and kind.';
comment on column insights.alert_readings.tenant_id is 'Tenant that the store belongs to.';
comment on column insights.alert_readings.store_id is 'Store.';
comment on column insights.alert_readings.kind is 'Kind of alert, as in insights.alerts.';
comment on column insights.alert_readings.read_to is
    'Last marketplace day of which the marts know what the kind looks at; null where they never did.';
comment on column insights.alert_readings.looked_at is 'When it was last looked for, by the business clock (UTC).';
comment on column insights.alert_readings.problem is 'Why it could not be looked for; null where it could.';

create table insights.alert_mutes (
    mute_id bigint generated always as identity primary key,
    tenant_id text not null,
    store_id text not null,
    kind text,
    subject text,
    until date,
    muted_at timestamptz not null
);

comment on table insights.alert_mutes is 'What nobody wants to hear of for a while. Incidents are written down all the same.';
comment on column insights.alert_mutes.mute_id is 'Number of the mute.';
comment on column insights.alert_mutes.tenant_id is 'Tenant whose alerts are muted.';
comment on column insights.alert_mutes.store_id is 'Store; * and the tenant''s id for all of the tenant''s.';
comment on column insights.alert_mutes.kind is 'Kind of alert; null for all.';
comment on column insights.alert_mutes.subject is 'Subject; null for all.';
comment on column insights.alert_mutes.until is 'Last marketplace day on which it is muted; null: until it is unmuted.';
comment on column insights.alert_mutes.muted_at is 'When it was muted, by the business clock (UTC).';

-- A message is written down, with the incidents in it, before it is handed over: whoever is killed sends nothing twice.
create table insights.alert_messages (
    message_id bigint generated always as identity primary key,
    tenant_id text not null,
    store_id text not null,
    form text not null,
    for_day date not null,
    language text not null,
    recipient_id text not null,
    recipient text not null,
    outcome text not null,
    reason text,
    claimed_at timestamptz not null default clock_timestamp(),
    settled_at timestamptz
);
create unique index alert_messages_one_digest on insights.alert_messages (tenant_id, recipient_id, for_day)
where form = 'digest' and outcome <> 'failed';

comment on table insights.alert_messages is 'What was sent of alerts: one row per message that was handed over.';
comment on column insights.alert_messages.message_id is 'Number of the message.';
comment on column insights.alert_messages.tenant_id is 'Tenant whose alerts it tells of.';
comment on column insights.alert_messages.store_id is '* and the tenant''s id: a message tells of all of its stores.';
comment on column insights.alert_messages.form is 'now (what has just begun) or digest (once a day).';
comment on column insights.alert_messages.for_day is 'Day on which it was sent, in the tenant''s zone.';
comment on column insights.alert_messages.language is 'Language of the text.';
comment on column insights.alert_messages.recipient_id is 'SHA-256 of who it is, as in insights.brief_deliveries.';
comment on column insights.alert_messages.recipient is 'Who it is, as it is told: without secrets, and of an address the first letter.';
comment on column insights.alert_messages.outcome is
    'sending (under way, or its process was killed), sent, failed (it did not arrive; the next run tries again), unknown (it may '
    'have arrived: it is not sent again by itself).';
comment on column insights.alert_messages.reason is 'Why it was not sent; null else.';
comment on column insights.alert_messages.claimed_at is 'When the try began, by the database''s clock.';
comment on column insights.alert_messages.settled_at is 'When its outcome was written down; null while it is under way.';

create table insights.alert_deliveries (
    tenant_id text not null,
    store_id text not null,
    incident_id bigint not null references insights.alerts (incident_id) on delete cascade,
    recipient_id text not null,
    about text not null,
    message_id bigint not null references insights.alert_messages (message_id) on delete cascade,
    primary key (incident_id, recipient_id, about)
);
create index alert_deliveries_message_id on insights.alert_deliveries (message_id);

comment on table insights.alert_deliveries is
    'Which message told whom that an incident has begun, or is over: one row per incident, recipient and of what it told.';
comment on column insights.alert_deliveries.tenant_id is 'Tenant that the store belongs to.';
comment on column insights.alert_deliveries.store_id is 'Store of the incident.';
comment on column insights.alert_deliveries.incident_id is 'The incident, as in insights.alerts.';
comment on column insights.alert_deliveries.recipient_id is 'Who was told, as in insights.alert_messages.';
comment on column insights.alert_deliveries.about is 'begun or over.';
comment on column insights.alert_deliveries.message_id is 'The message, as in insights.alert_messages.';

do $$
declare
    name text;
begin
    foreach name in array array['alerts', 'alert_readings', 'alert_mutes', 'alert_messages', 'alert_deliveries'] loop
        perform ops.protect(format('insights.%I', name)::regclass);
    end loop;
end $$;
