{# Every row has its counterpart in another table: by those columns (here: there). -#}
{% test related(model, to, by) %}
    select t.*
    from {{ rows_to_test(model) }} as t
    where
        num_nulls({% for here in by %}t.{{ here }} {{ "," if not loop.last }} {% endfor %}) = 0
        and not exists (
            select 1
            from {{ to }} as o
            where
                {% for here, there in by.items() %}
                    o.{{ there }} = t.{{ here }} {{ "and" if not loop.last }}
                {% endfor %}
        )
{% endtest %}
