{# The opening of data_coverage, and the days that it is made of (see slices.sql). -#}
{# data_coverage: the days of slices that were touched or deleted; the ledger's rows say it themselves. -#}
{% macro open_coverage() %}
    {{ open_scopes() }}
    insert into _slices
    select distinct s.store_id, l.feed, l.day
    from ops.slices as l
    inner join _scopes as s on l.scope_id = s.scope_id
    where {{ unseen("l.changed_xid") }}
    union
    select distinct s.store_id, d.feed, d.day
    from ops.deleted_slices as d
    inner join _scopes as s on d.scope_id = s.scope_id
    where {{ unseen("d.xid") }}
    union
    select distinct s.store_id, l.feed, l.day
    from _changed as c
    inner join _scopes as s on c.scope_id = s.scope_id
    inner join _scopes as n on s.store_id = n.store_id
    inner join ops.slices as l on n.scope_id = l.scope_id;
    insert into _slices
    ({{ days_with_another_first_moment() }})
    except
    select store_id, feed, date
    from _slices;
    analyze _slices
    ;
{% endmacro %}

{# data_coverage: the periods of which there should be a slice, by their first days; of `_slices` only, where there are. -#}
{% macro expected_days() %}
    {% if by_slices() %}
        select distinct e.feed, e.scope_id, c.date as day
        from _slices as c
        inner join _scopes as s on c.store_id = s.store_id
        inner join
            ops.expected as e
            on c.feed = e.feed
            and s.scope_id = e.scope_id
            and c.date between e.first_day and e.last_day
    {% else %}
        select e.feed, e.scope_id, n::date as day
        from ops.expected as e
        cross join
            lateral generate_series(
                e.first_day::timestamp,
                e.last_day,
                case e.period when 'quarter' then interval '3 months' else ('1 ' || e.period)::interval end
            ) as n
    {% endif %}
{% endmacro %}
