-- What the processes of Tradewind have counted of their own work, added up: API calls, waits, rows, seconds, cost. Processes
-- of runs end within seconds, so that nobody could scrape them; `tradewind serve` tells these sums at /metrics.
create table ops.counters (
    name text not null,                   -- as Prometheus names the series
    labels jsonb not null,                -- ids of ours and words of our own; no text of a document or an answer
    value double precision not null,
    primary key (name, labels)
);
