{# Schemas are named as the models say; what was known at a past moment is built beside them. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) ~ ("_as_of" if var("as_of") else "") }}
{%- endmacro %}

{# How ops.changes and ops.marks name a model: without the database, which a restore may rename. -#}
{% macro relation_name(relation) -%} {{ relation.schema }}.{{ relation.identifier }} {%- endmacro %}
