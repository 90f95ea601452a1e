"""How sources talk to a network: connections, retries, tokens and rate budgets, downloads, queues.

Nothing here knows an API. What is asked, and what an answer means, is up to the modules that use it.
"""
