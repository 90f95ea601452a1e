"""Accounts: who may ask, as what, and how much. Users, members of tenants, invitations, sessions, API keys, plans.

For the doors (the read API, MCP): `principal.py` has `Principal`, `asking.py` finds it by a request's headers
(`Doorkeeper.principal_of(headers)` -> Principal, or raises a `Refusal` of `refusals.py`). In FastAPI it is one
dependency, in `pipelines/serving/callers.py`:

    from pipelines.serving.callers import needs

    @router.get("/v1/stores")
    async def stores(caller: Annotated[Principal, Depends(needs("read"))]) -> ...

Errors become problem documents by `pipelines/serving/problems.py`. Nothing here knows the server: the addresses of
/v1/auth, /v1/users, /v1/keys and /v1/invitations are in `pipelines/serving/accounts`, the commands in
`pipelines/local`. Which rows a tenant sees is decided by the database (`warehouse/tenant_roles.py`).
"""
