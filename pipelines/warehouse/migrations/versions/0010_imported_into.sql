-- The store that an import named: rows that name no marketplace are its own. Null where nobody has named one.
alter table ops.loads add column store_id text;

-- FBA inventory (MYI) is asked for store by store from here on. What has been loaded for whole accounts stays and counts;
-- what was expected of accounts, and never came, is not waited for any more.
delete from ops.expected
where feed in ('amazon_sp.fba_myi_unsuppressed_inventory', 'amazon_sp.fba_myi_all_inventory') and scope_id like '%@%';
delete from ops.slices
where
    feed in ('amazon_sp.fba_myi_unsuppressed_inventory', 'amazon_sp.fba_myi_all_inventory')
    and scope_id like '%@%' and current_load_id is null;
