"""`tradewind tenant`: tenants listed, added, removed and exported. `commands.py` is the command line.

Which rows and documents are a tenant's is found in `landing/upkeep/tenant_rows.py` and `tenant_documents.py`.
"""
