{#
    No two rows with the same key, and no null in it but in columns that are `nullable`, where nulls are equal. A unique
    index over the key proves it for tables of which all rows would have to be read otherwise.
-#}
{% test key_holds(model, columns, nullable=[]) %}
    select {{ columns | join(", ") }}, count(*) as rows_of_key
    from {{ rows_to_test(model) }} as t
    {% if not reports_days(model) %} where not {{ has_unique_index(model, columns) }} {% endif %}
    group by {{ columns | join(", ") }}
    having count(*) > 1 or num_nulls({{ columns | reject("in", nullable) | join(", ") }}) > 0
{% endtest %}
