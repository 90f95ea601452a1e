-- What is not here and can still come: asked for every 30 seconds, and little of all that was ever landed.
create index slices_unfinished on ops.slices (feed, scope_id) where state not in ('loaded', 'empty', 'unavailable');
