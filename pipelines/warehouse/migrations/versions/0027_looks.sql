create table ops.looks (
    feed text not null,
    scope_id text not null,
    day date not null,
    primary key (feed, scope_id)
);
comment on table ops.looks is
    'Until which day a run has looked for everything that a source has of a feed, and was through with it: of feeds whose days say nothing of it, snapshots, crawls and documents that are found in a list only.';
comment on column ops.looks.day is 'The day of the scope''s time zone on which the newest such run began.';
