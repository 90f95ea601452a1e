{#
    Where a row of a delimited raw table has its day: table -> its column, and the notations of the day in it. Made from
    the catalogue by `make pages`, not by hand; `row_day` reads it.
-#}
{% macro raw_days() -%}
    {{
        return(
            {
                "amazon_sp__all_orders_by_order_date": ["purchase_date", "iso"],
                "amazon_sp__all_orders_by_last_update": ["last_updated_date", "iso"],
                "amazon_sp__fulfilled_shipments": ["shipment_date", "iso"],
                "amazon_sp__ledger_summary": ["date", "%m/%d/%Y"],
                "amazon_sp__ledger_detail": ["date", "%m/%d/%Y"],
                "amazon_sp__customer_returns": ["return_date", "dated"],
                "amazon_sp__merchant_returns": ["return_request_date", "%d-%b-%Y", "iso"],
                "amazon_sp__removal_orders": ["request_date", "iso"],
                "amazon_sp__removal_shipments": ["request_date", "iso"],
                "amazon_sp__reimbursements": ["approval_date", "dated"],
                "amazon_sp__storage_fees": ["month_of_charge", "%Y-%m", "iso"],
                "manual__fx_rates": ["date", "iso", "%d.%m.%Y"],
            }
        )
    }}
{%- endmacro %}
