-- What shops and others have told `tradewind serve`. Written before the sender is answered. Nothing about a buyer is in it.
create table ops.webhook_events (
    event_id bigint generated always as identity primary key,
    endpoint text not null,               -- of webhooks.yaml
    tenant_id text not null,
    channel text not null,
    account text not null,
    topic text not null,                  -- as the sender names it
    subject text,                         -- the order, product or stock that it is about
    occurred_at timestamptz,              -- by the sender's clock; null where it says none
    received_at timestamptz not null default clock_timestamp(),
    facts jsonb not null                  -- ids and quantities; nobody books by them
);
create index on ops.webhook_events (received_at);

-- By what a delivery is known that has come before. An event has several such ids, and any one of them suffices.
create table ops.webhook_ids (
    endpoint text not null,
    id text not null,
    received_at timestamptz not null default clock_timestamp(),
    primary key (endpoint, id)
);
create index on ops.webhook_ids (received_at);

-- Pulls that events make due: asked for after the last one was taken. One row per shop and topic, however many events.
create table ops.pulls_due (
    channel text not null,
    account text not null,
    topic text not null,                  -- orders, stock, refunds, products
    tenant_id text not null,
    asked_at timestamptz not null default clock_timestamp(),
    event_id bigint not null,             -- the newest event that asked
    taken_at timestamptz,                 -- when a pull was begun for it
    primary key (channel, account, topic)
);

-- How often which answer was given. A webhook that is refused leaves no other trace: nobody can fill the database.
create table ops.webhook_counts (
    endpoint text not null,               -- '' for addresses that webhooks.yaml does not name
    day date not null,                    -- UTC
    outcome text not null,                -- taken, doubled, ignored: ..., refused: ...
    count bigint not null,
    primary key (endpoint, day, outcome)
);

-- Who is told: webhooks.yaml as `tradewind serve` has read it last, without secrets and addresses.
create table ops.webhook_subscribers (
    subscriber text primary key,
    tenant_id text not null,
    events text[] not null,
    is_active boolean not null default true,
    since timestamptz not null default clock_timestamp()
);

-- What there is to tell. Written in the transaction of what caused it.
create table ops.webhook_outbox (
    sequence bigint generated always as identity primary key,
    event_id uuid not null unique default gen_random_uuid(),
    tenant_id text not null,
    event text not null,                  -- stock.changed, stock.low, order.imported, alert.opened, webhook.test
    subject text not null,                -- SKU, order or incident: events of one subject are told in order
    data jsonb not null,
    occurred_at timestamptz not null,
    written_at timestamptz not null default clock_timestamp()
);

-- One row for each subscriber of an event.
create table ops.webhook_deliveries (
    sequence bigint not null references ops.webhook_outbox on delete cascade,
    subscriber text not null,
    tenant_id text not null,
    subject text not null,
    state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'dead')),
    attempts integer not null default 0,
    due_at timestamptz not null default clock_timestamp(),
    reason text,                          -- why the last attempt failed
    settled_at timestamptz,
    primary key (subscriber, sequence)
);
create index on ops.webhook_deliveries (subscriber, subject, sequence) where state in ('waiting', 'sending');
create index on ops.webhook_deliveries (sequence);
create index on ops.webhook_deliveries (settled_at) where state in ('sent', 'dead');
