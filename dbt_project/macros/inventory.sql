{# What the marts of stock share. -#}
{#
    inventory_ledger_balance: a day changes with its ledger and with that of the day before. `_told_days` are the days to
    tell anew; `_scope_days`, which are read, have the days before them too.
-#}
{% macro open_ledger_days(producers) %}
    {{ open_slices(producers) }}
    {% if by_slices() %}
        create temporary table _told_days on commit drop as
        select distinct scope_id, date + n as date
        from _scope_days
        cross join generate_series(0, 1) as n;
        insert into _scope_days
        (select scope_id, date - n from _told_days cross join generate_series(0, 1) as n)
        except
        (select scope_id, date from _scope_days);
        insert into _slices
        (select store_id, date + 1 from _slices)
        except
        (select store_id, date from _slices);
        analyze _told_days
        ;
        analyze _scope_days
        ;
        analyze _slices
        ;
    {% endif %}
{% endmacro %}
