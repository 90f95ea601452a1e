{%- set ages = ["181_210", "211_240", "241_270", "271_300", "301_330", "331_365"] -%}
{%- set estimates = [] -%}
{%- for age in ages + ["366_455", "456_plus", "365_plus"] -%}
    {%- do estimates.append("r.surcharge_" ~ age ~ "_amount") -%}
{%- endfor -%}
{%- set columns = [
    "r.age_0_90_quantity",
    "r.age_91_180_quantity",
    "r.age_181_270_quantity",
    "r.age_271_365_quantity",
    "r.age_over_365_quantity",
    "r.currency",
    "r.volume_unit",
    "r.item_volume",
] -%}
-- The newest planning report. The surcharge that units older than 180 days will cost next is the sum of the report's
-- own estimates, by ages that do not overlap; reports without such columns are estimated by the rates of the seed that
-- hold on their day, in the same currency and unit of volume.
select
    r.*,
    r.currency as aged_surcharge_currency,
    case
        when r.aged_quantity = 0
        then 0
        when r.is_estimated
        then
            {% for age in ages %}
                coalesce(r.surcharge_{{ age }}_amount, 0) + {% endfor %} coalesce(
                r.surcharge_366_455_amount + r.surcharge_456_plus_amount,
                r.surcharge_366_455_amount,
                r.surcharge_456_plus_amount,
                r.surcharge_365_plus_amount,
                0
            )
        else
            round(
                r.item_volume * (
                    r.age_181_270_quantity * s.rate_181_270
                    + r.age_271_365_quantity * s.rate_271_365
                    + r.age_over_365_quantity * s.rate_over_365
                ),
                4
            )
    end as aged_surcharge_amount,
    case
        when r.aged_quantity = 0 or r.is_estimated then 'report' when s.currency is not null then 'rates'
    end as aged_surcharge_source
from
    (
        select
            r.*,
            r.age_181_270_quantity + r.age_271_365_quantity + r.age_over_365_quantity as aged_quantity,
            bool_or(num_nonnulls({{ estimates | join(", ") }}) > 0) over (partition by r.store_id) as is_estimated
        from {{ newest_snapshot("inventory_planning", columns + estimates) }} as r
    ) as r
left join
    lateral(
        select s.*
        from {{ ref("aged_surcharge_rates") }} as s
        where s.currency = r.currency and s.volume_unit = lower(r.volume_unit) and s.valid_from <= r.date
        order by s.valid_from desc
        limit 1
    ) as s
    on true
