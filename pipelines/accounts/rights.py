"""What a role may do, and what a key may be given. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pipelines.accounts.principal import Principal, Role
from pipelines.accounts.refusals import bad, forbidden

SCOPES = ("read", "crawl", "write", "admin")
"""read: every answer of the API. crawl: start crawls. write: change what is tracked, and shops. admin: users, keys."""

MEMBERS = (Role.OWNER, Role.ANALYST, Role.VIEWER)
"""The roles of people. `service` is that of keys."""

OF_ROLE: Mapping[Role, frozenset[str]] = {
    Role.OWNER: frozenset(SCOPES),
    Role.ANALYST: frozenset({"read", "crawl", "write"}),
    Role.VIEWER: frozenset({"read"}),
    Role.SERVICE: frozenset(),
}
"""The scopes of each role; a service has those of its key."""


def check_may(caller: Principal, scope: str) -> None:
    """Raises Refusal (403) where a caller may not do what needs this scope."""
    if not caller.may(scope):
        raise forbidden(
            "scope-missing",
            f"This needs the scope `{scope}`; the caller, a {caller.role}, has {_listed(caller.scopes)}. Ask an owner "
            "of the tenant for another role, or for a key with this scope.",
        )


def check_scopes(scopes: Collection[str]) -> frozenset[str]:
    """The scopes of a new key. Raises Refusal (422) where there is none, or one is unknown."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        came = f"no scope {unknown[0][:40]!r}" if unknown else "no key without a scope"
        raise bad("unknown-scope", f"There is {came}. The scopes are {_listed(SCOPES)}.")
    return frozenset(scopes)


def check_gives(giver: Principal, scopes: Collection[str]) -> None:
    """Raises Refusal (403) where a caller would give somebody more than it has itself."""
    more = sorted(set(scopes) - giver.scopes)
    if more:
        raise forbidden("more-than-own", f"The caller has no scope {_listed(more)} that it could give.")


def role_of_member(text: str) -> Role:
    """The role that a text names. Raises Refusal (422)."""
    if text not in MEMBERS:
        raise bad("unknown-role", f"There is no role {text[:40]!r} of people. The roles are {_listed(MEMBERS)}.")
    return Role(text)


def _listed(words: Collection[str]) -> str:
    return ", ".join(sorted(str(each) for each in words)) or "none"
