-- One row per document, instant and SKU: each instant that points at a load has all of its rows. `store` names the
-- marketplace (or its country) when the account has several; without it the row is of the store asked for.
{{ stage_myi("fba_myi_unsuppressed_inventory") }}
