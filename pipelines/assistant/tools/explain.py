"""`explain_figure`: how a figure came about, from the formula to the documents that it was loaded from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.asking import statement
from pipelines.asking.contract import marts
from pipelines.asking.plan import plan
from pipelines.assistant.answers import Answer, days_of, one_currency, paged
from pipelines.assistant.arguments import Currency, Days, Filters, MetricName, Page, Stores
from pipelines.assistant.caller import Caller, chosen, today_of
from pipelines.assistant.figures import checked, formula_of, period_of, question_of
from pipelines.assistant.lineage import reports_of
from pipelines.assistant.outside import Ours
from pipelines.assistant.periods import Period
from pipelines.assistant.standing import title
from pipelines.assistant.tools.metric import in_reporting, says, tell

if TYPE_CHECKING:
    import psycopg

    from pipelines.asking.question import Question

# the loads that count for these days, by what the tenant's role may see
_LOADS = """
    select store_id, feed, load_id, count(*) as days, min(date) as first, max(date) as last
    from marts.data_coverage
    where store_id = any(%(stores)s) and feed = any(%(feeds)s) and date between %(first)s and %(last)s
        and load_id is not null
    group by store_id, feed, load_id order by array_position(%(feeds)s, feed), store_id, first desc, load_id desc
"""
_DOCUMENTS = """
    select load_id, origin, file_name, sha256, row_count, report_created_at, loaded_at from ops.loads
    where load_id = any(%s)
"""
_ORIGINS = {"api": "asked for at the API", "adopted": "found among the account's reports", "import": "imported by hand"}


def explain_figure(
    caller: Caller,
    metric: MetricName,
    period: Days = "last 7 days",
    stores: Stores = None,
    filters: Filters = None,
    currency: Currency = None,
    page: Page = 0,
) -> Answer:
    """How a figure came about: its formula, the table and columns with their meaning, the query that read it, the
    reports that it is made of, and the loaded documents with their checksums. Ask it with what `ask_metric` was asked.

    The rows are documents. Raises Refusal and Refused for what is not known or would add up wrongly.
    """
    with caller.reading() as conn:
        known = chosen(caller, conn, stores)
        days = period_of(metric, period, today_of(known, caller.now()))
        wanted = checked(metric, known, days, (), filters, in_reporting(currency))
        told = tell(conn, wanted, caller)
        question = question_of(wanted, told.source)
        reports = reports_of(told.source.mart, caller.home)
        loads = _loads(conn, [store.store_id for store in known], reports, days)
        query = _query(conn, question)
    rows = _with_documents(caller, loads)
    mart = told.source.mart
    answer = Answer(
        says=f"{says(told)} It is made of {len(rows)} loaded documents.",
        unit=wanted.metric.unit,
        currency=one_currency(told.rows) if told.source.currency else None,
        period=None if wanted.metric.is_now else days_of(days),
        coverage=told.coverage,
        freshness=told.freshness,
        notes=told.notes,
        formula=formula_of(told.source),
        details={
            "table": f"marts.{mart.name}",
            "rows_are": mart.meaning[:600],
            "columns": {name: mart.columns[name].meaning[:600] for name in told.source.columns},
            "reports": [f"{title(feed)} ({feed})" for feed in reports],
            "query": query,
            "more": f"docs/marts.md#{mart.name} has every column; `tradewind status --feed FEED` tells of a report.",
        },
    )
    return paged(answer, rows, page)


def _loads(conn: psycopg.Connection[Any], stores: list[str], feeds: list[str], days: Period) -> list[dict[str, Any]]:
    from psycopg.rows import dict_row

    with conn.cursor(row_factory=dict_row) as cursor:
        wanted = {"stores": stores, "feeds": feeds, "first": days.first, "last": days.last}
        return cursor.execute(_LOADS, wanted).fetchall()


def _with_documents(caller: Caller, loads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each load with the document that it came from, as the ledger has it. The loads are those that the marts have
    shown to the tenant's role."""
    with caller.ledger() as ledger:
        found = ledger.execute(_DOCUMENTS, ([each["load_id"] for each in loads],)).fetchall()
    documents = {row[0]: row[1:] for row in found}
    rows = []
    for each in loads:
        origin, file_name, sha256, count, made, loaded = documents.get(each["load_id"], (None,) * 6)
        rows.append(
            {
                "report": Ours(title(each["feed"])),
                "store": each["store_id"],
                "load": each["load_id"],
                "days": each["days"],
                "first": each["first"],
                "last": each["last"],
                "rows": count,
                "came": Ours(_ORIGINS.get(origin, origin)) if origin else None,
                "file": file_name,
                "sha256": sha256,
                "report_made_at": made,
                "loaded_at": loaded,
            }
        )
    return rows


def _query(conn: psycopg.Connection[Any], question: Question) -> str:
    """The SQL that read the figure, with its values in it."""
    from psycopg import ClientCursor

    sent = statement.page(plan(question, marts()[question.mart]))
    return ClientCursor(conn).mogrify(sent.text, sent.parameters)
