"""The language model: what it is told (`prompting.py`), how it is asked (`asking.py`), what it costs and may cost
(`prices.py`), and the account of every call (`calls.py`). What is done with an answer is in `analyst.py`."""
