-- What models have seen, as far as it means something here: transaction ids belong to a cluster, and marks that came
-- with a dump from another one say nothing.
create view ops.current_marks as
select consumer, seen, pg_snapshot_xmin(seen) as lowest_xid
from ops.marks
where cluster = (select system_identifier from pg_control_system());
