"""Finds personal columns with values in raw, of tenants that do not keep personal data. There should be none."""

from __future__ import annotations

from collections.abc import Mapping, Set

import psycopg
from psycopg import sql

from pipelines.feeds import Feed, column_name
from pipelines.landing.formats.layout import unknown_layout
from pipelines.landing.loading.raw_tables import columns_of
from pipelines.landing.personal.pseudonyms import LENGTH
from pipelines.stores import PersonalChoice


def personal_columns(feed: Feed, columns: Set[str]) -> tuple[list[str], list[str]]:
    """The columns of a raw table that should be empty, and those that should hold only hashes.

    A column is personal if the feed lists it, or if its name sounds personal and the catalogue does not know it.
    """
    section = feed.sections[0]
    known = {column_name(each) for each in (*section.known, *section.required)}
    cut = {column_name(each) for each in feed.personal}
    hashed = {column_name(each) for each in feed.hashed} - cut
    names = sorted(columns)
    named = {names[i] for i in unknown_layout(names).personal} - known
    return sorted((cut | named - hashed) & columns), sorted(hashed & columns)


def found(conn: psycopg.Connection, feed: Feed, choices: Mapping[str, PersonalChoice]) -> list[tuple[str, int, int]]:
    """(column, number of rows, first load id) for each personal column with values.

    choices: tenant id -> its choice on personal data. A column that any tenant keeps is not reported.
    """
    keeping = [tenant for tenant, choice in choices.items() if choice.everything]
    kept = {column_name(name) for choice in choices.values() for name in choice.keep}
    if feed.is_json:
        return []
    table = feed.table(feed.sections[0])
    cut, hashed = personal_columns(feed, columns_of(conn, table) - kept)
    if not cut and not hashed:
        return []
    conditions = [
        *(sql.SQL("r.{} <> ''").format(sql.Identifier(each)) for each in cut),
        *(
            sql.SQL("r.{0} <> '' and r.{0} !~ {1}").format(sql.Identifier(each), sql.Literal(f"^[0-9a-f]{{{LENGTH}}}$"))
            for each in hashed
        ),
    ]
    query = sql.SQL(
        "select {} from {} r join ops.loads l using (load_id) where not exists ("
        "select from ops.stores s where l.scope_id in (s.store_id, s.account_id) and s.tenant_id = any(%s))"
    ).format(
        sql.SQL(", ").join(
            sql.SQL("count(*) filter (where {0}), min(load_id) filter (where {0})").format(each) for each in conditions
        ),
        sql.Identifier("raw", table),
    )
    row = conn.execute(query, (keeping,)).fetchone() or ()
    return [(name, row[2 * i], row[2 * i + 1]) for i, name in enumerate([*cut, *hashed]) if row and row[2 * i]]
