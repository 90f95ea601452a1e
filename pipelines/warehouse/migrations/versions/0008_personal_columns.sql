-- What stores.yaml says of personal data: {"everything": bool, "keep": [...], "drop": [...]}; null while it is not known.
alter table ops.tenants add column personal jsonb;

-- A column that the catalogue does not name: was it loaded, or left out because it is named like personal data? Of
-- those that were left out there is a row for each tenant: it decides.
alter table ops.drift
    add column tenant_id text not null default '',
    add column action text not null default 'loaded',   -- loaded | dropped
    drop constraint drift_pkey,
    add primary key (table_name, column_name, tenant_id);

-- What was kept before columns were judged by their names is cleaned once (`landing/upkeep/cleaning.py`): the archive is walked
-- in the order of its paths, and this tells how far.
create table ops.cleanings (
    name text primary key,
    at_path text not null default '',
    documents bigint not null default 0,   -- of the archive, that were written anew
    loads bigint not null default 0,
    rejected bigint not null default 0,    -- rows of ops.rejected_rows
    columns text[] not null default '{}',  -- their names
    emptied text[] not null default '{}',  -- 'table.column' of raw: dropped at the end, if nobody has anything in it
    done_at timestamptz
);

-- Files of the archive whose place others have taken; deleted after the commit, and then forgotten here.
create table ops.replaced_files (
    path text primary key
);
