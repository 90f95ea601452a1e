"""Money: fees, settlements, reimbursements, what goods cost, exchange rates, and the economics of each SKU."""
