-- How the cost of a unit sold is found: from the costs by period, from batches first in first out, or from their average.
alter table ops.stores add column cost_method text not null default 'period'
    check (cost_method in ('period', 'fifo', 'weighted_average'));
