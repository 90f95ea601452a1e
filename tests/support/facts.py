"""A book of facts as the measures would fill it, without a database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from pipelines.insights.facts import Comparison, FactBook, Subject
from pipelines.insights.measures.compare import Basis, add_change, day_facts, week_facts

DAY = date(2026, 11, 20)


def make_book(
    *,
    sales: tuple[str, str, str] = ("2177.05", "1700.20", "1650.00"),
    week: tuple[str, str] = ("13621.85", "12590.00"),
    sessions: tuple[int, int, int] = (604, 530, 560),
    acos: tuple[str, str] = ("33.5", "34.6"),
    cover: str = "2.4",
    campaign: str = "SP | New Arrivals",
    term: str = "free sample cup",
    sku: str = "HG-MUG-01",
    currency: str = "USD",
    price: tuple[str, str, str] = ("12.71", "15.50", "14.00"),
    open_days: bool = False,
    compared: bool = True,
) -> FactBook:
    """Facts of each kind; each tuple is (value, what it is compared with, ...). open_days: visits and ads are not
    final; compared: they are set beside the same readings of earlier days."""
    of_visits, of_ads = Basis("TRAFFIC_BY_DAY"), Basis("ADS_BY_DAY")
    if open_days:
        of_visits = Basis("TRAFFIC_BY_DAY", 1, ("READINGS", "intermediate.int_traffic_readings"))
        of_ads = Basis("ADS_BY_DAY", 7, ("READINGS", "intermediate.int_ads_readings"))
    book = FactBook("harbor-us", DAY, currency)
    book.add("day", DAY, "day")
    day_facts(book, "sales", Basis("SALES_BY_DAY"), *(Decimal(value) for value in sales))
    week_facts(book, "sales", Basis("SALES_BY_DAY"), *(Decimal(value) for value in week))
    book.add("units_day", 83, "SALES_BY_DAY")
    book.add("orders_day", 21, "ORDERS_BY_DAY")
    if open_days:
        book.add("traffic_final_on", DAY + timedelta(days=14), "CHECKED", table="ops.slices")
        book.add("ads_open_days", 7, "CHECKED", table="ops.slices")
        book.add("ads_final_on", DAY + timedelta(days=42), "CHECKED", table="ops.slices")
    seen, usual, week_ago = (Decimal(value) for value in sessions)
    day_facts(book, "sessions", of_visits, seen, *((usual, week_ago) if compared else (None, None)))
    day_facts(book, "conversion", of_visits, Decimal("13.7"), Decimal("11.0") if compared else None, None)
    mug, bottle = Subject("sku", sku, "Harbor Mug 12 oz", ("B0USMADE01",)), Subject("sku", "HG-BOTTLE-02")
    for subject, change, direction in ((mug, "322.00", "up"), (bottle, "-149.80", "down")):
        compared_with = Comparison("previous_7d", Decimal(900) - Decimal(change))
        over = {"subject": subject, "period": book.days(7), "comparison": compared_with}
        book.add("sku_sales_7d", Decimal(900), "MOVERS_BY_SKU", **over)  # type: ignore[arg-type]
        book.add("sku_sales_change", Decimal(change), "MOVERS_BY_SKU", direction=direction, **over)  # type: ignore[arg-type]
    book.add("skus_out_of_stock", 0, "AT_RISK")
    book.add("skus_low_cover", 1, "AT_RISK")
    book.add("stock_on_hand", 23, "AT_RISK", subject=mug)
    book.add("days_of_cover", Decimal(cover), "AT_RISK", subject=mug)
    book.add("stock_out_date", DAY + timedelta(days=int(Decimal(cover))), "AT_RISK", subject=mug)
    week_facts(book, "ad_spend", of_ads, Decimal("698.43"), Decimal("608.20") if compared else None)
    share, before_share = (Decimal(value) for value in acos)
    week_facts(book, "acos", of_ads, share, before_share if compared else None, points=True)
    idle = Subject("campaign", campaign)
    fortnight, month = book.days(14), book.days(30)
    book.add(
        "campaign_spend",
        Decimal("194.12"),
        "CAMPAIGNS_WITHOUT_SALES",
        subject=idle,
        period=fortnight,
        open_days=of_ads.open_days,
    )
    book.add("campaign_clicks", 308, "CAMPAIGNS_WITHOUT_SALES", subject=idle, period=fortnight)
    book.add("wasted_terms", 3, "WASTED_TERMS", period=month)
    book.add("wasted_terms_spend", Decimal("54.35"), "WASTED_TERMS", period=month)
    book.add("term_spend", Decimal("27.45"), "WASTED_TERMS", subject=Subject("search_term", term), period=month)
    book.add("wasted_spend", Decimal("248.47"), "WASTED_TERMS", period=month)
    book.add("wasted_share", Decimal("8.2"), "WASTED_TERMS", period=month)
    book.add("wasted_campaigns", 1, "CAMPAIGNS_WITHOUT_SALES", period=month)
    book.add("wasted_campaigns_spend", Decimal("194.12"), "CAMPAIGNS_WITHOUT_SALES", period=month)
    rival = Subject("competitor", "B0RIVALUS1", "Nordvik Bottle", ("Nordvik",))
    now, before, own = (Decimal(value) for value in price)
    compared = Comparison("previous_price", before)
    book.add("competitor_price", now, "VERSIONS", subject=rival, comparison=compared)
    add_change(book, "competitor_price_change", now, before, Basis("VERSIONS"), kind="previous_price", subject=rival)
    book.add("competitor_changed_on", DAY - timedelta(days=3), "VERSIONS", subject=rival)
    book.add("own_price", own, "LATEST", subject=Subject("asin", "B0USMADE01", "Harbor Mug"))
    gap = Subject("competitor", "B0RIVALUS1", "Nordvik Bottle", ("B0USMADE01", "Nordvik"))
    add_change(book, "price_gap", now, own, Basis("LATEST"), kind="own_price", subject=gap)
    book.add("settlement_amount", Decimal("4817.40"), "LAST_SETTLEMENT", subject=Subject("settlement", "18234567002"))
    feed = Subject("feed", "apify.products")
    book.add("gap_days", 2, "GAPS", subject=feed)
    book.add("gap_last_day", DAY - timedelta(days=9), "GAPS", subject=feed)
    return book


def add_advertising(book: FactBook, *, open_days: int = 0) -> FactBook:
    """The facts of the advertising brief as well: a product at a loss, one that earns, a campaign at its budget."""
    month = {"period": book.days(30), "open_days": open_days}
    of_ads = Basis("ADS_BY_DAY", open_days)
    for name, value, before in (("ad_spend", "2993.10", "2410.00"), ("ad_sales", "8821.40", "9004.00")):
        week_facts(book, name, of_ads, Decimal(value), Decimal(before), length=30)
    week_facts(book, "acos", of_ads, Decimal("33.9"), Decimal("26.8"), points=True, length=30)
    book.add("all_ads_spend", Decimal("3411.07"), "TACOS", **month)  # type: ignore[arg-type]
    book.add("tacos_30d", Decimal("5.8"), "TACOS", **month)  # type: ignore[arg-type]
    book.add("wasted_paused_spend", Decimal("31.80"), "PAUSED", period=book.days(30))
    sixty = {"period": book.days(60)}
    book.add("negative_terms", 2, "NEGATIVES", **sixty)  # type: ignore[arg-type]
    book.add("negative_terms_spend", Decimal("88.70"), "NEGATIVES", **sixty)  # type: ignore[arg-type]
    for term, cost, clicks, chance in (("free sample cup", "61.25", 81, "1.0"), ("B0RIVALUS1", "27.45", 64, "2.9")):
        about = sixty | {"subject": Subject("search_term", term)}
        book.add("negative_spend", Decimal(cost), "NEGATIVES", **about)  # type: ignore[arg-type]
        book.add("negative_clicks", clicks, "NEGATIVES", **about)  # type: ignore[arg-type]
        book.add("negative_chance", Decimal(chance), "NEGATIVES", **about)  # type: ignore[arg-type]
    book.add("losing_products", 2, "BY_SKU", **month)  # type: ignore[arg-type]
    book.add("losing_products_loss", Decimal("190.02"), "BY_SKU", **month)  # type: ignore[arg-type]
    for sku, name, result, spend, sales, acos, even in (
        ("HG-TEAPOT-03", "product_ad_loss", "144.87", "258.56", "543.79", "47.5", "20.9"),
        ("HG-KETTLE-04", "product_ad_loss", "45.15", "98.31", "191.92", "51.2", "27.7"),
        ("HG-MUG-01", "product_ad_gain", "472.87", "66.18", "1570.47", "4.2", "34.3"),
    ):
        about = month | {"subject": Subject("sku", sku, f"Harbor {sku}")}
        values = (("spend", spend), ("sales", sales))
        book.add(name, Decimal(result), "BY_SKU", **about)  # type: ignore[arg-type]
        for each, value in values:
            book.add(f"product_ad_{each}", Decimal(value), "BY_SKU", **about)  # type: ignore[arg-type]
        book.add("product_acos", Decimal(acos), "BY_SKU", **about)  # type: ignore[arg-type]
        book.add("product_break_even", Decimal(even), "BY_SKU", **about)  # type: ignore[arg-type]
        if name == "product_ad_loss":
            book.add("click_cost", Decimal("0.65"), "BY_SKU", **about)  # type: ignore[arg-type]
            book.add("click_worth", Decimal("0.21"), "BY_SKU", **about)  # type: ignore[arg-type]
    stopped = month | {"subject": Subject("sku", "HG-KETTLE-04", "Harbor HG-KETTLE-04")}
    book.add("product_paused_spend", Decimal("98.31"), "BY_SKU", **stopped)  # type: ignore[arg-type]
    for name, full, result in (("Collection | Home", 18, "campaign_ad_gain"), ("Auto | All", 25, "campaign_ad_loss")):
        about = month | {"subject": Subject("campaign", name)}
        book.add("campaign_cost", Decimal("310.93"), "BY_CAMPAIGN", **about)  # type: ignore[arg-type]
        book.add("campaign_sales", Decimal("2011.55"), "BY_CAMPAIGN", **about)  # type: ignore[arg-type]
        book.add("campaign_acos", Decimal("15.5"), "BY_CAMPAIGN", **about)  # type: ignore[arg-type]
        book.add("campaign_break_even", Decimal("31.1"), "BY_CAMPAIGN", **about)  # type: ignore[arg-type]
        book.add(result, Decimal("120.40"), "BY_CAMPAIGN", **about)  # type: ignore[arg-type]
        book.add("campaign_budget", Decimal("10.00"), "BY_CAMPAIGN", **about)  # type: ignore[arg-type]
        book.add("campaign_days", 28, "BY_CAMPAIGN", **about)  # type: ignore[arg-type]
        book.add("campaign_full_days", full, "BY_CAMPAIGN", **about)  # type: ignore[arg-type]
    return book
