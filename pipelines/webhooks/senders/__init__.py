"""Who sends webhooks: a module for each shop system, which knows how it signs, what it sends, and what follows.

A new one is a module with a `Sender`, its line here, and its name in `settings_file.py`. What they share is in
`common.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.webhooks.senders import ebay, own, shopify, woocommerce
from pipelines.webhooks.senders.common import Sender

SENDERS: Mapping[str, Sender] = {
    "shopify": shopify.SENDER,
    "ebay": ebay.SENDER,
    "woocommerce": woocommerce.SENDER,
    "tradewind": own.SENDER,
}
"""By the channel's name in webhooks.yaml."""
