"""The warehouse: the embedded Postgres, connections, migrations and roles.

`connection.py` is the entry. The embedded server is in `embedded.py` and `processes.py`, the schema of `ops` and
`insights` in `migrate.py` and `migrations/`, roles that read in `roles.py` and `tenant_roles.py`. `stores_sync.py`
writes the stores, and `occupant.py` keeps real and simulated data apart. Documents are loaded by `pipelines/landing/`.
"""
