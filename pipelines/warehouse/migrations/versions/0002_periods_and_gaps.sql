-- Slices of weeks and months, with options of their own; and which slices there should be, so that a lost one is seen.
alter table ops.slices add column options jsonb;   -- report options of this slice alone: its part of the store's ASINs

-- What a run expects: every period of a feed that begins from first_day to last_day has at least one row in ops.slices.
-- Written by each run when it plans; first_day never moves forward, so that what falls out of history is told.
create table ops.expected (
    feed text not null,
    scope_id text not null,
    period text not null,                  -- day | week | month | quarter
    first_day date not null,               -- first day of the first period
    last_day date not null,                -- first day of the last period that is due
    primary key (feed, scope_id)
);
