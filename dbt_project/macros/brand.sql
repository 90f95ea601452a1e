{#
    Rows of a report that is asked for by parts of the store's ASINs. A document that somebody imported stands beside the
    parts, and may be of the same ASINs: an ASIN's rows of a day are those of its newest delivery.
-#}
{% macro rows_by_asin(table) -%}
    (
        select d.load_id, d.item, d.scope_id, d.day
        from
            (
                select
                    r.load_id,
                    r.item,
                    l.scope_id,
                    l.day,
                    dense_rank() over (
                        partition by l.scope_id, l.day, r.item ->> 'asin'
                        order by o.report_created_at desc, l.load_id desc
                    ) as delivery
                from {{ source("amazon_sp", table) }} as r
                inner join
                    {{ current_loads("amazon_sp." ~ table) }} as l
                    on r.load_id = l.load_id
                    and l.day = {{ as_date("r.item ->> 'startDate'") }}
                inner join ops.loads as o on l.load_id = o.load_id
            ) as d
        where d.delivery = 1
    )
{%- endmacro %}
