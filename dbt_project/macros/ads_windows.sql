{#
    For the marts that look at a store's last days of advertising. The days end with the newest one that the store has,
    never with today. Variables: `ads_window_days` (60), and `ads_chance` (0.05): that no click was followed by an order is
    taken for chance, unless the probability of it is below this.
-#}
{% macro ads_chance() -%} {{ var("ads_chance", 0.05) }} {%- endmacro %}

{# Per store of a mart, the first and the last of these days. An increment looks at the stores in `_slices` only. -#}
{% macro last_days_of(relation) -%}
    select h.store_id, d.window_end - {{ var("ads_window_days", 60) | int - 1 }} as window_start, d.window_end
    from {{ sliced(held_stores(relation)) }} as h
    cross join lateral(select max(t.date) as window_end from {{ relation }} as t where t.store_id = h.store_id) as d
{%- endmacro %}

{# One row per store and search term, over those days, all campaigns and both products together. -#}
{% macro search_terms_of_last_days() -%}
    select
        w.store_id,
        max(t.tenant_id) as tenant_id,
        t.search_term,
        w.window_start,
        w.window_end,
        count(distinct t.campaign_id)::integer as campaigns,
        string_agg(distinct t.campaign_id, ', ') as campaign_ids,
        max(t.currency) as currency,
        sum(t.impressions)::integer as impressions,
        sum(t.clicks)::integer as clicks,
        sum(t.cost) as cost,
        sum(t.purchases_14d)::integer as purchases_14d,
        sum(t.sales_14d) as sales_14d
    from ({{ last_days_of(ref("ads_search_terms_daily")) }}) as w
    inner join
        {{ ref("ads_search_terms_daily") }} as t
        on w.store_id = t.store_id
        and t.date between w.window_start and w.window_end
    group by w.store_id, t.search_term, w.window_start, w.window_end
{%- endmacro %}

{# How probable it is that no order follows on `clicks`, if orders follow on clicks as often as in `all_clicks`. -#}
{% macro chance_of_no_order(clicks, all_clicks, all_orders) -%}
    power(
        greatest({{ all_clicks }} - coalesce({{ all_orders }}, 0), 0)::numeric / nullif({{ all_clicks }}, 0),
        {{ clicks }}
    )
{%- endmacro %}

{#
    ads_search_term_ngrams: the words of a search term, in order: lower case, split at white space (the ideographic space
    among it), without punctuation at either end. What is written without spaces, as Japanese may be, stays one word:
    nothing is cut where nobody put a space.
-#}
{% macro words_of(term) -%}
    array(
        select w.word
        from regexp_split_to_table(lower(translate({{ term }}, chr(12288) || chr(160), '  ')), '\s+')
        with ordinality as s(part, position)
        cross join lateral(select btrim(s.part, '''"*.,;:!?()[]{}<>|/+-_#&~、。，！？「」『』【】（）・～') as word) as w
        where w.word <> ''
        order by s.position
    )
{%- endmacro %}

{#
    ads_matrix: the VAT in a unit's price. It is the price by the share of tax in the SKU's revenue, or in the store's if
    that is not known.
-#}
{% macro vat_in(price, tax, revenue) -%}
    round(
        {{ price }} * coalesce(
            {{ tax }} / nullif({{ revenue }}, 0),
            sum({{ tax }}) over store / nullif(sum({{ revenue }}) over store, 0),
            0
        ),
        4
    )
{%- endmacro %}

{# What of a unit's price is left when the tax office, Amazon and the goods are paid. -#}
{% macro unit_margin() -%}
    (price_amount - price_vat_amount - referral_fee_amount - fulfillment_fee_amount - unit_cost_amount)
{%- endmacro %}
