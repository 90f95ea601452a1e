-- One row per LISTINGS_ITEM_ISSUES_CHANGE: how grave the issues of a listing are since then, and what Amazon does.
select
    load_id,
    store_id,
    tenant_id,
    notification_id,
    happened_at,
    date,
    payload ->> 'Sku' as sku,
    payload ->> 'Asin' as asin,
    payload -> 'Severities' @> '["ERROR"]' as has_errors,
    payload -> 'Severities' @> '["WARNING"]' as has_warnings,
    array(
        select jsonb_array_elements_text(coalesce(nullif(payload -> 'EnforcementActions', 'null'), '[]')) order by 1
    ) as enforcement_actions
from ({{ notified(["LISTINGS_ITEM_ISSUES_CHANGE"], "n.payload ->> 'MarketplaceId'") }}) as m
