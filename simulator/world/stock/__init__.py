"""FBA stock of one store, day by day, and what lies at Amazon without being listed any more.

What Amazon computes from the stock (ages, plans, ledger events) is in inventory/.
"""
