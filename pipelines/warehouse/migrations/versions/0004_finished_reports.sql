-- Reports and queries that Amazon's queue has told to be finished. Whichever process takes a message from the queue
-- writes it here before it deletes it, so that the process that waits for the report learns of it. Kept for a week.
create table ops.finished_reports (
    source text not null,                  -- amazon_sp | amazon_data_kiosk
    seller_id text not null,
    remote_id text not null,               -- reportId or queryId
    status text not null,                  -- Amazon's processingStatus: DONE | CANCELLED | FATAL
    document_id text,
    received_at timestamptz not null default clock_timestamp(),
    primary key (source, seller_id, remote_id)
);
create index on ops.finished_reports (received_at);
