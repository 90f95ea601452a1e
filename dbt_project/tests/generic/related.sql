{# Every row has its counterpart in another table: on those columns (here: there). -#}
{% test related(model, to, on) %}
    select t.*
    from {{ rows_to_test(model) }} as t
    where
        num_nulls({% for here in on %}t.{{ here }} {{ "," if not loop.last }} {% endfor %}) = 0
        and not exists (
            select 1
            from {{ to }} as o
            where
                {% for here, there in on.items() %}
                    o.{{ there }} = t.{{ here }} {{ "and" if not loop.last }}
                {% endfor %}
        )
{% endtest %}
