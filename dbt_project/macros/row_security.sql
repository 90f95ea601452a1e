{#
    Which rows of a mart a role sees: policies and grants (ops.protect, migration 0023), in the model's own transaction,
    because a full refresh puts another table in the place of the one that had them. Rows without a store have buckets
    that ops.stores does not name; whose they are is written down in the same transaction, for the policies.

    What was known at a past moment lies in schemas that no role of BI may use.
-#}
{% macro row_security() %}
    {% if not var("as_of") %}
        select ops.protect('{{ this }}')
        ;
        insert into ops.unmapped_stores(store_id, tenant_id)
        {% if by_slices() %}
            select s.store_id, t.tenant_id
            from (select distinct store_id from _slices where store_id like 'unmapped:%') as s
            cross join lateral(select r.tenant_id from {{ this }} as r where r.store_id = s.store_id limit 1) as t
        {% else %} select distinct store_id, tenant_id from {{ this }} where store_id like 'unmapped:%'
        {% endif %}
        order by store_id, tenant_id
        on conflict do nothing;
    {% endif %}
{% endmacro %}

{#
    A view over marts is read with the rights of its reader, so that the policies of the tables below it hold: in the
    transaction that makes it, before anybody may read it. (security_invoker: Postgres' documentation of CREATE VIEW.)
-#}
{% macro reads_as_invoker() %}
    {% if not var("as_of") %}
        alter view {{ this }} set (security_invoker = true)
        ;
        select ops.let_in('{{ this }}')
    {% endif %}
{% endmacro %}
