{#
  Which version of the models built the marts: left as a comment on their schema when every model was built, so that the
  next build by another version is a full refresh. The hash comes from pipelines/transformation/transform.py.
#}
{% macro remember_built_by(results) %}
    {% set fingerprint = env_var("TRADEWIND_DBT_PROJECT", "") %}
    {% if execute and fingerprint and var("as_of") is none %}
        {% set models = (
            graph.nodes.values()
            | selectattr("resource_type", "equalto", "model")
            | rejectattr("config.materialized", "equalto", "ephemeral")
            | list
        ) %}
        {% set built = (
            results
            | selectattr("node.resource_type", "equalto", "model")
            | selectattr("status", "equalto", "success")
            | list
        ) %}
        {% if models | length == built | length %}
            comment on schema marts is 'Built by models {{ fingerprint }}'
        {% endif %}
    {% endif %}
{% endmacro %}
