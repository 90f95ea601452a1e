{# No two rows with the same key, and no null in it. -#}
{% test key_holds(model, columns) %}
    select {{ columns | join(", ") }}, count(*) as rows_of_key
    from {{ rows_to_test(model) }} as t
    group by {{ columns | join(", ") }}
    having count(*) > 1 or num_nulls({{ columns | join(", ") }}) > 0
{% endtest %}
