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

-- Slices that somebody has deleted: data_coverage shows them as missing, until the next run has made them anew.
create table ops.deleted_slices (
    feed text not null,
    scope_id text not null,
    day date not null,
    xid xid8 not null default pg_current_xact_id()
);
create index on ops.deleted_slices (xid);

create function ops.note_deleted_slices() returns trigger language plpgsql as $$
begin
    insert into ops.deleted_slices (feed, scope_id, day)
    select distinct feed, scope_id, day from gone where slice_key <> 'list';
    return null;
end $$;
create trigger note_deleted_slices after delete on ops.slices
    referencing old table as gone for each statement execute function ops.note_deleted_slices();
