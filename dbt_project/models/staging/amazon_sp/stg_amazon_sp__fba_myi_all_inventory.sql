-- One row per document, instant and SKU, suppressed and closed listings too; otherwise as the unsuppressed report.
{{ stage_myi("fba_myi_all_inventory") }}
