"""What sellers sell: products, SKUs, prices, and the words for them. No stock, no orders, no product pages."""
