{#
    Every row has its counterpart in another table: by those columns (here: there). only: a condition on `t`, the rows that
    must have one. day: of a model that tells no days of its changes, the column that is a day of `to`: rows are looked at on
    the days that have changed there.
-#}
{% test related(model, to, by, only="true", day=none) %}
    select t.*
    from {{ rows_to_test(model, to, day) if day else rows_to_test(model) }} as t
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
