{# data_coverage: how a day of which nothing can be had any more differs from one of which there never was anything. -#}
{#
    The feeds whose documents stand for a moment and not for a day: nobody can ask for one of the past, so that before the
    first one there is none to miss. A test holds this equal to the catalogue's snapshots and crawls.
-#}
{% macro feeds_of_moments() -%}
    {{
        return(
            [
                "amazon_sp.merchant_listings",
                "amazon_sp.fba_myi_unsuppressed_inventory",
                "amazon_sp.fba_myi_all_inventory",
                "amazon_sp.afn_inventory",
                "amazon_sp.reserved_inventory",
                "amazon_sp.stranded_inventory",
                "amazon_sp.inventory_planning",
                "amazon_sp.restock_recommendations",
                "amazon_sp.estimated_fees",
                "shopify.products",
                "shopify.inventory_levels",
                "ebay.inventory_items",
                "ebay.offers",
                "woocommerce.products",
                "apify.products",
                "apify.keyword_search",
            ]
        )
    }}
{%- endmacro %}

{#
    Whether a slice of such a feed is older than the first one of its scope that brought something. Keys of slices begin with
    their day, so that the first one is found by the primary key.
-#}
{% macro never_existed(slice) -%}
    (
        {{ slice }}.state = 'unavailable'
        and {{ slice }}.feed in ('{{ feeds_of_moments() | join("', '") }}')
        and {{ slice }}.day < coalesce({{ first_moment(slice) }}, 'infinity'::date)
    )
{%- endmacro %}

{# The day of the first document of a moment that a feed has of a scope. -#}
{% macro first_moment(slice) -%}
    (
        select f.day
        from ops.slices as f
        where f.feed = {{ slice }}.feed and f.scope_id = {{ slice }}.scope_id and f.state in ('loaded', 'empty')
        order by f.slice_key
        limit 1
    )
{%- endmacro %}

{# data_coverage: what a slice whose day is known never to have existed is said to be. -#}
{% macro reason_never_existed() -%}
    'There was none yet: the first one is younger, and nothing can be asked of the past.'
{%- endmacro %}

{# Days between an older and a newer first document, as of one that was imported, are gaps from then on, or none any more. -#}
{% macro days_with_another_first_moment() -%}
    select t.store_id, t.feed, t.date
    from (select distinct store_id, feed from _slices) as c
    inner join _scopes as s on c.store_id = s.store_id
    cross join lateral(select {{ first_moment("k") }} as day from (select c.feed, s.scope_id) as k) as f
    inner join {{ this }} as t on c.store_id = t.store_id and c.feed = t.feed
    where
        f.day is not null
        and (t.state = 'never_existed' and t.date > f.day or t.state = 'unavailable' and t.date < f.day)
        and c.feed in ('{{ feeds_of_moments() | join("', '") }}')
{%- endmacro %}
