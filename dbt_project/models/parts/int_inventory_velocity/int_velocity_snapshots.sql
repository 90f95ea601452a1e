-- The day of each store's last snapshot of listed SKUs (`as_of_date`), and which snapshot of all SKUs stands beside it:
-- the newest one, unless it is more than a week older. A store's snapshots are its own and those of its account; where
-- there are none, those of the account's other stores, which may tell of it too.
select h.store_id, l.as_of_date, e.load_id as all_load_id, e.instant as all_instant
from {{ sliced(held_stores(ref("inventory_daily"))) }} as h
cross join
    lateral(
        select s.account_id
        from ops.stores as s
        where s.store_id = h.store_id or (h.store_id like 'unmapped:%' and s.seller_id = split_part(h.store_id, ':', 2))
        order by s.store_id
        limit 1
    ) as a
cross join
    lateral(
        select c.day as as_of_date
        from {{ current_loads("amazon_sp.fba_myi_unsuppressed_inventory") }} as c
        where {{ may_tell_of("h", "a") }}
        order by {{ is_own("h", "a") }} desc, c.day desc
        limit 1
    ) as l
left join
    lateral(
        select c.load_id, c.instant
        from {{ current_loads("amazon_sp.fba_myi_all_inventory") }} as c
        where {{ may_tell_of("h", "a") }} and c.day >= l.as_of_date - 7
        order by {{ is_own("h", "a") }} desc, c.instant desc
        limit 1
    ) as e
    on true
where l.as_of_date is not null
