{#
    Readings: Amazon lets most feeds of days be asked for again and changes what it says. Each load that a day ever pointed at
    is one reading of it. Their slice is the load. For int_traffic_readings and int_ads_readings.
-#}
{# Days and loads of a feed of stores: store_id, date, load_id, read_at; of an increment those of the loads that came. -#}
{% macro readings(feed) -%}
    (
        select distinct h.scope_id as store_id, h.day as date, l.load_id, l.report_created_at as read_at
        from ops.loads as l
        inner join ops.slice_history as h on l.feed = h.feed and l.scope_id = h.scope_id and l.load_id = h.load_id
        where
            l.feed = '{{ feed }}' and l.pruned_at is null
            {%- if var("as_of") %} and h.known_from <= {{ known_at() }} {%- endif %}
            {%- if by_slices() %} and l.load_id = any(array(select load_id from _changed)) {%- endif %}
    )
{%- endmacro %}
