"""What follows from a store's stock: positions, how old it is, ledger events, and Amazon's plans and recommendations.

The stock itself is kept in stock/.
"""
