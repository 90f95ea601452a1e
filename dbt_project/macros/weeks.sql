{#
    Models by weeks as Brand Analytics has them, Sunday to Saturday, each under its first day: their slices are (store,
    first day), and a change of any day is one of its week (see slices.sql).
-#}
{# The first day of the week in which a day lies. -#}
{% macro week_of(day) -%} ({{ day }} - extract(dow from {{ day }})::integer) {%- endmacro %}

{# The weeks of what has changed. -#}
{% macro open_weeks() %}
    {{ open_days() }}
    with days as (delete from _slices returning store_id, date) insert into _slices
    select distinct store_id, {{ week_of("date") }}
    from days
    ;
    analyze _slices
    ;
{% endmacro %}

{# To read from: the rows of a relation by days that lie in the weeks that are built, with `week`, its first day. -#}
{% macro of_weeks(relation) -%}
    {%- if by_slices() -%}
        (
            select t.*, s.date as week
            from {{ relation }} as t
            inner join _slices as s on t.store_id = s.store_id and t.date between s.date and s.date + 6
        )
    {%- else -%} (select t.*, {{ week_of("t.date") }} as week from {{ relation }} as t)
    {%- endif -%}
{%- endmacro %}
