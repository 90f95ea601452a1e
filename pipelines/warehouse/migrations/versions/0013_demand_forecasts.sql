-- What is expected to be sold. Only the newest forecast of each store is kept: it is made of the marts, which tell what
-- came of it, and ninety rows a day and SKU would soon outweigh the sales themselves.
create table insights.demand_forecasts (
    tenant_id text not null,
    store_id text not null,
    sku text not null,
    date date not null,
    horizon integer not null check (horizon > 0),
    mean numeric not null,
    p10 integer not null,
    p50 integer not null,
    p90 integer not null,
    total_mean numeric not null,
    total_p10 integer not null,
    total_p50 integer not null,
    total_p90 integer not null,
    method text not null,
    backtest_error numeric,
    origin date not null,
    made_at timestamptz not null,
    primary key (store_id, sku, date)
);
comment on table insights.demand_forecasts is
    'The newest forecast of demand of each store: one row per store, SKU and day to come, 90 days from its origin. Units as '
    'marts.inventory_health counts them: sold, pending and multi-channel ones. Demand, not sales: also of days without stock.';
comment on column insights.demand_forecasts.tenant_id is 'Tenant that the store belongs to.';
comment on column insights.demand_forecasts.store_id is 'Store.';
comment on column insights.demand_forecasts.sku is 'Seller''s SKU, as in marts.sales_daily.';
comment on column insights.demand_forecasts.date is 'Marketplace day that is forecast.';
comment on column insights.demand_forecasts.horizon is 'Days from the origin to the day, 1 to 90.';
comment on column insights.demand_forecasts.mean is
    'Units that are expected on the day. The one to sum over days and SKUs of a store; quantiles do not sum.';
comment on column insights.demand_forecasts.p10 is 'Units on the day: with a probability of 10 % no more than these.';
comment on column insights.demand_forecasts.p50 is
    'Units on the day: the median. Of a SKU that sells on few days it is 0, however much it sells in a month: see total_p50.';
comment on column insights.demand_forecasts.p90 is 'Units on the day: with a probability of 90 % no more than these.';
comment on column insights.demand_forecasts.total_mean is 'Units that are expected on all days from the day after the origin to the day.';
comment on column insights.demand_forecasts.total_p10 is
    'Units of all days from the day after the origin to the day: with a probability of 10 % no more than these.';
comment on column insights.demand_forecasts.total_p50 is
    'Units of all days from the day after the origin to the day: the median. Stock of so many units lasts that long.';
comment on column insights.demand_forecasts.total_p90 is
    'Units of all days from the day after the origin to the day: with a probability of 90 % no more than these.';
comment on column insights.demand_forecasts.method is
    'How it was made: level_weekday (the SKU''s level, weekdays and promotions of the store), level_weekday_year (with the '
    'time of year, from a year of history on if it was better), mean (the SKU''s average alone, or with fewer than 28 days of the SKU).';
comment on column insights.demand_forecasts.backtest_error is
    'WAPE of rolling origins: sum of absolute errors of the expected units of days, over the sum of units, up to 28 days ahead. '
    'Of the SKU, or of all SKUs of the store where fewer than 28 days or 10 units of it were tested; null where none were.';
comment on column insights.demand_forecasts.origin is 'Last marketplace day whose orders the forecast knows.';
comment on column insights.demand_forecasts.made_at is 'When the marts were read for it, by the business clock.';

-- One row per store: a forecast is made again only if this is not what it would be made of.
create table ops.demand_forecasts (
    store_id text primary key,
    history_hash text not null,           -- SHA-256 of what was read
    version text not null,                -- of the models
    origin date not null,
    skus integer not null,
    made_at timestamptz not null          -- by the business clock
);

select ops.protect('insights.demand_forecasts');
