"""`tradewind users` and `tradewind keys`: who may log in, and API keys. Nothing is decided here.

Who may run these commands may read the warehouse's password, so they ask for no log-in; the audit names the system's
user. A key, a token of an invitation and nothing else that is secret is printed, once, to standard output.
"""

from __future__ import annotations

import getpass
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Column, Table

from pipelines.errors import ConfigError
from pipelines.local.progress import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from pipelines.accounts.audit import Actor
    from pipelines.accounts.keyring import Keyring
    from pipelines.warehouse.connection import Warehouse

users_app = typer.Typer(help="Who may log in: list, add, invite, remove, role, reset.", no_args_is_help=True)
keys_app = typer.Typer(
    help="API keys: list, create, revoke; rotate what signs tokens, and tell a gateway.", no_args_is_help=True
)
console, notes = Console(), Console(stderr=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The user's e-mail address.")]
OneTenant = Annotated[
    str | None, typer.Option("--tenant", metavar="TENANT", help="Which tenant; not needed if there is only one.")
]
AllTenants = Annotated[str | None, typer.Option("--tenant", metavar="TENANT", help="Only of this tenant.")]
RoleOf = Annotated[str, typer.Option("--role", metavar="ROLE", help="`owner`, `analyst` or `viewer`.")]
FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking for it.")
]


class _Office(NamedTuple):
    """What a command works with. tenants: those of stores.yaml."""

    warehouse: Warehouse
    keyring: Keyring
    actor: Actor
    tenants: tuple[str, ...]
    now: datetime

    def tenant(self, named: str | None) -> str:
        """The tenant that a command means. Raises ConfigError."""
        there = f"The tenants of stores.yaml are: {', '.join(self.tenants) or 'none'}."
        if named is None and len(self.tenants) != 1:
            raise ConfigError(f"Say which tenant with --tenant. {there}")
        if named is not None and named not in self.tenants:
            raise ConfigError(f"stores.yaml has no tenant {named!r}. {there}")
        return named or self.tenants[0]

    @contextmanager
    def user(self, email: str) -> Iterator[tuple[psycopg.Connection, str]]:
        """A connection, and the id of a user. Raises ConfigError if there is none."""
        from pipelines.accounts.users import find

        with self.warehouse.connect() as conn:
            user_id = find(conn, email)
            if user_id is None:
                raise ConfigError("No user has this e-mail address; `tradewind users list` shows all.")
            yield conn, user_id


def _opened() -> _Office:
    from pipelines.accounts.audit import Actor
    from pipelines.accounts.keyring import load_keyring
    from pipelines.local.homes import open_settings
    from pipelines.local.opening import opened

    settings = open_settings(notes)
    warehouse, catalog = opened(settings)
    actor = Actor(f"cli:{getpass.getuser()}", "local")
    return _Office(warehouse, load_keyring(settings), actor, tuple(catalog.tenants), datetime.now(UTC))


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    return typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)


@users_app.command("list")
def list_users(tenant: AllTenants = None) -> None:
    """Show the members of the tenants."""
    from pipelines.accounts.users import members

    office = _opened()
    with office.warehouse.connect() as conn:
        found = members(conn, tenant and office.tenant(tenant))
    if not found:
        say(console, "Nobody can log in yet; `tradewind users add` makes the first owner.")
        return
    table = Table("tenant", "e-mail", "name", "role", "second factor", "since")
    for each in found:
        second = "yes" if each.second_factor else "no"
        table.add_row(each.tenant_id, each.email, each.name, each.role, second, f"{each.since:%Y-%m-%d}")
    console.print(table)


@users_app.command()
def add(
    email: Email,
    tenant: OneTenant = None,
    role: RoleOf = "owner",
    name: Annotated[str, typer.Option(help="How the user is called.")] = "",
    password_stdin: FromInput = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="The user logs in elsewhere (OpenID Connect) only.")
    ] = False,
) -> None:
    """Make a user who can log in; one who is there already becomes a member of one more tenant."""
    from pipelines.accounts import users
    from pipelines.accounts.rights import role_of_member

    office, wanted = _opened(), role_of_member(role)
    of = office.tenant(tenant)
    with office.warehouse.connect() as conn:
        known = users.find(conn, email)
    password = None if known or no_password else _password(password_stdin)
    with office.warehouse.connect() as conn:
        user_id = users.ensure_user(conn, email, name)
        if password is not None:
            users.set_password(conn, office.actor, user_id, password)
        users.join(conn, office.actor, of, user_id, wanted)
    say(console, f"{email} is {wanted} of {of}." + (" The password stays as it is." if known else ""))


@users_app.command()
def invite(email: Email, tenant: OneTenant = None, role: RoleOf = "viewer") -> None:
    """Print the token of an invitation, which holds for a week and once: POST /v1/invitations/accept takes it."""
    from pipelines.accounts.invitations import invite as make
    from pipelines.accounts.rights import role_of_member

    office, wanted = _opened(), role_of_member(role)
    of = office.tenant(tenant)
    with office.warehouse.connect() as conn:
        made = make(conn, office.keyring, office.actor, of, email=email, role=wanted, now=office.now)
    say(notes, f"Whoever has this token may join {of} as {wanted} until {made.expires_at:%Y-%m-%d %H:%M} UTC:")
    print(made.token)  # noqa: T201  shown this once


@users_app.command()
def remove(email: Email, tenant: OneTenant = None) -> None:
    """End a membership and its sessions. Who is a member nowhere is forgotten."""
    from pipelines.accounts.users import leave

    office = _opened()
    of = office.tenant(tenant)
    with office.user(email) as (conn, user_id):
        leave(conn, office.actor, of, user_id)
    say(console, f"{email} is no member of {of} any more.")


@users_app.command("role")
def change_role(
    email: Email,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="`owner`, `analyst` or `viewer`.")],
    tenant: OneTenant = None,
) -> None:
    """Give a member another role, which holds from the next request on."""
    from pipelines.accounts.rights import role_of_member
    from pipelines.accounts.users import set_role

    office, wanted = _opened(), role_of_member(role)
    of = office.tenant(tenant)
    with office.user(email) as (conn, user_id):
        set_role(conn, office.actor, of, user_id, wanted)
    say(console, f"{email} is {wanted} of {of}.")


@users_app.command()
def reset(
    email: Email,
    totp: Annotated[bool, typer.Option("--totp", help="Take the second factor away, and keep the password.")] = False,
    password_stdin: FromInput = False,
) -> None:
    """Set a new password, end all sessions and the wait after failed log-ins; or take the second factor away."""
    from pipelines.accounts import lockout, second_factor, users

    office = _opened()
    with office.user(email):
        pass  # a typing mistake is told before a password is asked for
    password = None if totp else _password(password_stdin)
    with office.user(email) as (conn, user_id):
        if password is None:
            second_factor.take_away(conn, office.actor, user_id)
            users.end_sessions(conn, user_id, "the second factor was taken away")
        else:
            users.set_password(conn, office.actor, user_id, password)
        lockout.was_right(conn, office.keyring.hash(users.normal_email(email), of=lockout.OF), office.now)
    say(console, f"{email} logs in {'without a second factor' if totp else 'with the new password'} now.")


@keys_app.command("list")
def list_keys(tenant: AllTenants = None) -> None:
    """Show all keys but their secrets, which nobody knows."""
    from pipelines.accounts.api_keys import listed

    office = _opened()
    with office.warehouse.connect() as conn:
        found = listed(conn, tenant and office.tenant(tenant))
    if not found:
        say(console, "There is no key; `tradewind keys create NAME` makes one.")
        return
    table = Table(Column("id", no_wrap=True), "tenant", "name", "scopes", "stores", "state", "expires", "last used")
    for each in found:
        until = f"{each.expires_at:%Y-%m-%d}" if each.expires_at else "never"
        used = f"{each.last_used_at:%Y-%m-%d %H:00}" if each.last_used_at else "never"
        stores = "all" if each.stores is None else " ".join(each.stores)
        scopes = " ".join(each.scopes)
        table.add_row(each.key_id, each.tenant_id, each.name, scopes, stores, each.state(office.now), until, used)
    console.print(table)


@keys_app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who uses it, as `spreadsheet of Ana`.")],
    tenant: OneTenant = None,
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", metavar="SCOPE", help="`read` (default), `crawl`, `write`, `admin` (several times)."),
    ] = None,
    store: Annotated[
        list[str] | None,
        typer.Option("--store", metavar="STORE", help="Only this store (several times); default: all."),
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="For so many days; default: until revoked.")] = None,
) -> None:
    """Print a new API key, this once."""
    from pipelines.accounts.api_keys import create as make

    office = _opened()
    of = office.tenant(tenant)
    with office.warehouse.connect() as conn:
        made = make(
            *(conn, office.keyring, office.actor, of),
            name=name,
            scopes=scope or ["read"],
            stores=store,
            expires_at=office.now + timedelta(days=days) if days else None,
            now=office.now,
        )
    say(notes, f"The key of {of} for {name}; it is shown this once (`tradewind keys revoke {made.key_id}` ends it):")
    print(made.text)  # noqa: T201  shown this once


@keys_app.command()
def revoke(key: Annotated[str, typer.Argument(metavar="ID", help="As `tradewind keys list` shows it.")]) -> None:
    """End a key: it is refused from the next request on."""
    from pipelines.accounts.api_keys import parse
    from pipelines.accounts.api_keys import revoke as end

    office = _opened()
    whole = parse(key)
    key_id = whole[0] if whole else key
    with office.warehouse.connect() as conn:
        end(conn, office.actor, None, key_id)
    say(console, f"The key {key_id} is revoked.")


@keys_app.command()
def rotate() -> None:
    """Sign access tokens with a new key. Those that the one before it has signed hold until they expire."""
    from pipelines.accounts.audit import note

    office = _opened()
    made = office.keyring.rotate()
    with office.warehouse.connect() as conn:
        note(conn, office.actor, None, "signing_key.rotated", made.kid)
    say(console, f"Access tokens are signed with the key {made.kid} now; the one before it is believed as well.")


@keys_app.command()
def gateway() -> None:
    """Print the lines of gateway.env that say which access tokens a gateway may believe. Nothing of them is secret."""
    keys = _opened().keyring.signing_keys()
    for key, suffix in ((keys[0], ""), (keys[-1], "_BEFORE")):
        kid = key.kid if not suffix or len(keys) > 1 else "none"
        pem = key.pem().strip().replace("\n", "\\n")
        print(f'TRADEWIND_TOKEN_KID{suffix}={kid}\nTRADEWIND_TOKEN_PUBLIC_KEY{suffix}="{pem}"')  # noqa: T201
