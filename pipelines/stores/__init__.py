"""Stores: what stores.yaml says of tenants, seller accounts and stores.

`model.py` has the data types, `reading.py` reads and checks the file, `channels.py` the shops in it, `tracking.py` the
files that it names of what is tracked. All but the last are imported from here.
"""

from pipelines.stores.model import UNDECIDED, Account, Catalog, Category, PersonalChoice, Scope, Shop, Store, Tenant
from pipelines.stores.reading import MOST_KEYWORDS, MOST_PRODUCTS, load_catalog, load_stores, track_files

__all__ = [
    "MOST_KEYWORDS",
    "MOST_PRODUCTS",
    "UNDECIDED",
    "Account",
    "Catalog",
    "Category",
    "PersonalChoice",
    "Scope",
    "Shop",
    "Store",
    "Tenant",
    "load_catalog",
    "load_stores",
    "track_files",
]
