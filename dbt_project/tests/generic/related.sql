{#
    Every row has its counterpart in another table: by those columns (here: there). only: a condition on `t`, the rows that
    must have one.
-#}
{% test related(model, to, by, only="true") %}
    select t.*
    from {{ rows_to_test(model) }} as t
    where
        {{ only }}
        and num_nulls({% for here in by %}t.{{ here }} {{ "," if not loop.last }} {% endfor %}) = 0
        and not exists (
            select 1
            from {{ to }} as o
            where
                {% for here, there in by.items() %}
                    o.{{ there }} = t.{{ here }} {{ "and" if not loop.last }}
                {% endfor %}
        )
{% endtest %}
