"""Stores: what stores.yaml says of tenants, seller accounts and stores.

`model.py` has the data types, `reading.py` reads and checks the file. Both are imported from here.
"""

from pipelines.stores.model import UNDECIDED, Account, Catalog, PersonalChoice, Scope, Store, Tenant
from pipelines.stores.reading import MOST_KEYWORDS, load_catalog, load_stores

__all__ = [
    "MOST_KEYWORDS",
    "UNDECIDED",
    "Account",
    "Catalog",
    "PersonalChoice",
    "Scope",
    "Store",
    "Tenant",
    "load_catalog",
    "load_stores",
]
