-- Every figure that a channel is told. Written, with its request, before it is sent.
create table ops.channel_updates (
    update_id bigint generated always as identity primary key,
    store_id text not null,               -- a shop, or a store at Amazon
    tenant_id text not null,
    channel text not null,
    item_id text not null,                -- the listing, by the key of marts.channel_listings
    channel_sku text not null,
    central_sku text not null,
    from_quantity integer not null,       -- what the channel showed
    to_quantity integer not null,
    why text not null,
    -- waiting: to be sent at due_at. sending: it may have been sent. sent: taken, to be read back. done: read back.
    -- void: overtaken, nothing was changed. failed: four attempts failed. refused: the channel will not take it.
    state text not null default 'waiting'
        check (state in ('waiting', 'sending', 'sent', 'done', 'void', 'failed', 'refused')),
    attempts integer not null default 0,
    key uuid,                             -- the idempotency key of its request, shared by the updates in it
    place integer,                        -- its place in the request
    request jsonb,                        -- as it was sent
    answer text,                          -- what came of the last attempt
    decided_at timestamptz not null,      -- business clock
    made_at timestamptz not null default clock_timestamp(),
    due_at timestamptz not null default clock_timestamp(),
    sent_at timestamptz,                  -- when the last attempt began
    settled_at timestamptz                -- when it came to its end
);
-- One open update per listing: no two processes, and no two rounds, tell a channel two things at once.
create unique index on ops.channel_updates (store_id, item_id, channel_sku) where state in ('waiting', 'sending', 'sent');
create index on ops.channel_updates (store_id, channel_sku, update_id);
create index on ops.channel_updates (store_id, settled_at);
create index on ops.channel_updates (tenant_id, central_sku, update_id);

-- What a user has paused beside channels.yaml; '' is the whole channel.
create table ops.channel_pauses (
    store_id text not null,
    channel_sku text not null default '',
    paused_at timestamptz not null default clock_timestamp(),
    primary key (store_id, channel_sku)
);

-- Which channel SKU is which goods, as `tradewind channels map` was told. stores.yaml wins where both name one.
create table ops.channel_maps (
    store_id text not null,
    channel_sku text not null,
    central_sku text not null,
    mapped_at timestamptz not null default clock_timestamp(),
    primary key (store_id, channel_sku)
);

-- What subscribers have been told of the stock and of orders, so that each change is told once.
create table ops.stock_told (
    tenant_id text not null,
    central_sku text not null,
    available_quantity integer not null,
    primary key (tenant_id, central_sku)
);
create table ops.orders_told (
    tenant_id text not null,
    store_id text not null,
    order_id text not null,
    told_at timestamptz not null default clock_timestamp(),
    primary key (store_id, order_id)
);

-- What each listing shows and should show, as the last run found it. Read through marts.stock_by_channel.
create table insights.channel_stock (
    store_id text not null,
    tenant_id text not null,
    channel text not null,
    item_id text not null,
    channel_sku text not null,
    central_sku text not null,
    shows_quantity integer,
    should_show_quantity integer,
    action text not null,
    reason text not null,
    shown_at timestamptz,
    differs_since timestamptz,
    as_of timestamptz not null,
    primary key (store_id, item_id, channel_sku)
);
comment on table insights.channel_stock is
    'What each listing shows and should show, as the last run found it; read it through marts.stock_by_channel.';
create table insights.channel_sync (
    store_id text primary key,
    tenant_id text not null,
    channel text not null,
    write_mode text not null,
    last_full_at timestamptz,
    last_incremental_at timestamptz,
    updates_last_hour integer not null default 0,
    failed_last_hour integer not null default 0,
    stopped_reason text,
    as_of timestamptz not null
);
comment on table insights.channel_sync is
    'When each channel was compared with the stock, and what came of it; read it through marts.channel_sync_status.';
comment on column insights.channel_stock.store_id is 'Shop, by its id under `channels` of stores.yaml, or store at Amazon.';
comment on column insights.channel_stock.tenant_id is 'Tenant that it belongs to.';
comment on column insights.channel_stock.channel is '`amazon`, or the kind of the shop.';
comment on column insights.channel_stock.item_id is 'What the channel calls it, as in marts.channel_listings.';
comment on column insights.channel_stock.channel_sku is 'The SKU at the channel; '''' where it has none.';
comment on column insights.channel_stock.central_sku is 'The tenant''s own SKU that it is.';
comment on column insights.channel_stock.shows_quantity is 'Units that buyers can order there, as last read; null where it keeps no stock.';
comment on column insights.channel_stock.should_show_quantity is 'Units that it should show by the stock and the policy of channels.yaml.';
comment on column insights.channel_stock.action is '`keep`: it is right; `wait`: it differs, and nothing is sent yet; `send`: it is to be told; `none`: it keeps no stock.';
comment on column insights.channel_stock.reason is 'How the figure comes about, and why it waits, in a sentence.';
comment on column insights.channel_stock.shown_at is 'Moment since which it is known to show this.';
comment on column insights.channel_stock.differs_since is 'Round since which it differs; null where it shows what it should.';
comment on column insights.channel_stock.as_of is 'Moment of the round that found this.';
comment on column insights.channel_sync.store_id is 'Shop, by its id under `channels` of stores.yaml, or store at Amazon.';
comment on column insights.channel_sync.tenant_id is 'Tenant that it belongs to.';
comment on column insights.channel_sync.channel is '`amazon`, or the kind of the shop.';
comment on column insights.channel_sync.write_mode is '`propose` or `on`, of channels.yaml.';
comment on column insights.channel_sync.last_full_at is 'Moment of the last round that read every listing.';
comment on column insights.channel_sync.last_incremental_at is 'Moment of the last round that read only what seemed to differ.';
comment on column insights.channel_sync.updates_last_hour is 'Figures that the channel has taken in the hour before `as_of`.';
comment on column insights.channel_sync.failed_last_hour is 'Figures that it has not taken in that hour.';
comment on column insights.channel_sync.stopped_reason is 'Why nothing at all is sent; null while all is well.';
comment on column insights.channel_sync.as_of is 'Moment of its last round.';
