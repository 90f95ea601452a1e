"""eBay's APIs of a seller: `access` has tokens and the limits of a day, `inventory`, `fulfillment` and `keys` answer.

Contracts: eBay's OpenAPI documents of Sell Inventory v1, Sell Fulfillment v1, Analytics v1_beta and Notification v1.
"""
