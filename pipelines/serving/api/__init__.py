"""The read API of `tradewind serve`, below /v1: what marts, briefs, alerts and coverage say, and crawls by hand.

`addresses.py` names the marts behind each address, `parameters.py` reads a query string, `forms.py` finds the form that
is wanted, `pages.py` writes JSON, `exports.py` streams CSV, Parquet and Arrow, `cache.py` keeps answers for as long as
they are true, `answering.py` is the way of a question through these, `products.py` and `briefs.py` have what is no
question to one mart, `asked.py` and `categories.py` take what is to be crawled, `description.py` writes the OpenAPI
document, and `routes.py` puts all of it at its addresses. What may be asked and how it is computed is decided in
`pipelines/asking`; who asks, in `pipelines/accounts`.
"""
