-- Tables of notifications that are there already get the index that new ones have (raw_tables.py, Section.key).
do $$
begin
    if to_regclass('raw.amazon_sp__notifications') is not null then
        create index if not exists amazon_sp__notifications_key on raw.amazon_sp__notifications (
            coalesce(
                item #>> '{NotificationMetadata,NotificationId}', item #>> '{notificationMetadata,notificationId}'
            )
        );
    end if;
end
$$;
