"""What web pages write in words, read by macros/page_texts.sql: prices, counts, ranks and coupons of all marketplaces.

The macros are rendered without dbt and run by Postgres as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.marketplaces import MARKETPLACES
from tests.support.macros import macros

PRICES = {
    "US": ("$1,299.00", "$19.99 ($0.50/count)", "$ 7"),
    "CA": ("$1,299.00", "1 299,00 $"),
    "MX": ("$1,299.00", "MX$1,299.00"),
    "BR": ("R$ 1.299,00", "R$1.299,00"),
    "GB": ("£1,299.00", "£0.99 (£0.10/100 g)"),
    "DE": ("1.299,00 €", "1.299,00\xa0€", "1299,00€"),
    "FR": ("1\u202f299,00 €", "1 299,00 €", "12,99\xa0€ (1,30\xa0€ / l)"),
    "IT": ("1.299,00 €", "€1.299,00"),
    "ES": ("1.299,00 €", "1.299 €"),
    "NL": ("€ 1.299,00", "€1.299,00"),
    "BE": ("€ 1.299,00", "1.299,00 €"),
    "IE": ("€1,299.00", "EUR 1,299.00"),
    "SE": ("1 299,00 kr", "1.299,00 kr"),
    "PL": ("1 299,00 zł", "1\xa0299,00\xa0zł"),
    "TR": ("1.299,00 TL", "₺1.299,00"),
    "AE": ("AED 1,299.00", "AED1,299.00", "د.إ. 1,299.00"),
    "SA": ("SAR 1,299.00", "\u200f١٬٢٩٩٫٠٠ ر.س."),
    "EG": ("EGP 1,299.00", "١٬٢٩٩٫٠٠ ج.م"),
    "IN": ("₹1,099.00", "₹1,29,900.00", "Rs. 1,099"),
    "ZA": ("R1,299.00", "R 1 299.00"),
    "JP": ("￥2,480", "¥2,480", "2,480円", "￥２，４８０"),
    "AU": ("$1,299.00", "A$1,299.00"),
    "SG": ("S$1,299.00", "$1,299.00"),
}
AMOUNTS = {
    "$19.99 ($0.50/count)": "19.99", "$ 7": "7", "£0.99 (£0.10/100 g)": "0.99", "1299,00€": "1299",
    "12,99\xa0€ (1,30\xa0€ / l)": "12.99", "1.299 €": "1299", "₹1,099.00": "1099", "₹1,29,900.00": "129900",
    "Rs. 1,099": "1099", "￥2,480": "2480", "¥2,480": "2480", "2,480円": "2480", "￥２，４８０": "2480",
}  # fmt: skip
NO_PRICES = ("", "Currently unavailable.", "$19.99 - $29.99", "from $19.99", "2 for $30", "Preis: 12 €", "1.2.3", "€")
COUNTS = {
    "3K+ bought in past month": 3000, "50+ bought in past month": 50, "1,000+ bought in past month": 1000,
    "2.5K+ bought in past month": 2500, "100K+ bought in past month": 100_000, "1M+ bought in past month": 1_000_000,
    "1000+ gekauft Mal im letzten Monat": 1000, "Über 1.000 Mal im letzten Monat gekauft": 1000,
    "5 k+ achetés au cours du mois dernier": 5000, "Plus de 500 achetés le mois dernier": 500,
    "3000+ acquistati nel mese scorso": 3000, "5 mila+ acquistati nel mese scorso": 5000,
    "1,5 mil+ comprados el mes pasado": 1500, "10K+ comprados el mes pasado": 10_000,
    "Mais de 5 mil compras no mês passado": 5000, "3K+ gekocht in afgelopen maand": 3000,
    "Ponad 2 tys. kupionych w ostatnim miesiącu": 2000, "500+ köpta förra månaden": 500,
    "Geçen ay 1 B+ satın alındı": 1000, "Son 1 ayda değil, 300+": None, "過去1か月で500点以上購入されました": 500,
    "過去1か月で1万点以上購入されました": 10_000, "過去 1 か月で3,000点以上": 3000, "bought 20+ in past 3 months": 20,
    "تم شراء أكثر من ٥٠٠ في الشهر الماضي": 500, "1 lakh+ bought in past month": 100_000, "1,234 ratings": 1234,
    "9999999999+ bought": None, "900000 M+ bought": None, "1,2 bought": None,
    "bought recently": None, "5-10 bought": None, "": None,
}  # fmt: skip
RANKS = {
    "#1,234 in Sports (See Top 100 in Sports)": (1234, "Sports"),
    "#7 in Sports & Outdoors": (7, "Sports & Outdoors"),
    "Nr. 1.234 in Küche, Haushalt & Wohnen (Siehe Top 100 in Küche, Haushalt & Wohnen)": (
        1234, "Küche, Haushalt & Wohnen",
    ),
    "1\u202f234 en Cuisine et Maison (Voir les 100 premiers)": (1234, "Cuisine et Maison"),
    "n. 1.234 in Casa e cucina (Visualizza i Top 100)": (1234, "Casa e cucina"),
    "nº1.234 en Hogar y cocina (Ver el Top 100)": (1234, "Hogar y cocina"),
    "Nº 1.234 em Cozinha (Conheça o Top 100)": (1234, "Cozinha"),
    "nr 1 234 w kategorii Dom i kuchnia (Zobacz Top 100)": (1234, "Dom i kuchnia"),
    "#1 234 i Hem och kök": (1234, "Hem och kök"),
    "- 1,234位ホーム＆キッチン (ホーム＆キッチンの売れ筋ランキングを見る)": (1234, "ホーム＆キッチン"),
    "#99,999,999,999 in Sports": (None, "Sports"), "100 Best Sellers": (None, None),
    "1234": (None, None), "": (None, None),
}  # fmt: skip
COUPONS = {
    "Save 10% with coupon": ("0.1", None), "Apply 5% coupon": ("0.05", None), "%10 kupon": ("0.1", None),
    "Spare 7,5 % mit Coupon": ("0.075", None), "15%OFFクーポンの適用": ("0.15", None), "Apply $5 coupon": (None, "5"),
    "Save $1,200.50 with coupon": (None, "1200.5"), "5,00 € Coupon anwenden": (None, "5"),
    "￥500 OFFクーポンの適用": (None, "500"), "Save AED 20 with coupon": (None, "20"), "Coupon: 25 kr": (None, "25"),
    "Coupon available": (None, None), "Buy 2, save 10%": (None, None), "Save 5 with coupon": (None, None),
}  # fmt: skip


@pytest.fixture(scope="module")
def made() -> dict[str, Callable[..., Any]]:
    return macros("casts", "currencies", "page_texts")


@pytest.fixture(scope="module")
def conn(postgres: Any) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.url) as connection:
        yield connection


def read(conn: psycopg.Connection, expression: str, text: str | None) -> Any:
    return asked(conn, expression, text)[0]


def asked(conn: psycopg.Connection, expressions: str, text: str | None) -> tuple[Any, ...]:
    doubled = expressions.replace("%", "%%")  # no placeholders of psycopg
    # `offset 0`: as a column, whose casts are not tried before the row is there
    statement = f"select {doubled} from (select %s::text as t offset 0) as given"  # noqa: S608 - the project's own
    row = conn.execute(statement.encode(), (text,)).fetchone()
    assert row is not None
    return row


def test_prices_of_all_marketplaces_with_their_currencies(conn: psycopg.Connection, made: dict) -> None:
    assert PRICES.keys() == MARKETPLACES.keys()
    price, sign = made["page_price"]("t"), made["page_price_sign"]("t")
    wrong = []
    for country, texts in PRICES.items():
        own = MARKETPLACES[country].currency
        currency = made["currency_of"](sign, f"'{own}'")
        for text in texts:
            amount, named = read(conn, price, text), read(conn, currency, text)
            if (amount, named) != (Decimal(AMOUNTS.get(text, "1299.00")), own):
                wrong.append((country, text, amount, named))
    assert not wrong


def test_what_is_no_single_price_is_none(conn: psycopg.Connection, made: dict) -> None:
    assert {text: read(conn, made["page_price"]("t"), text) for text in NO_PRICES} == dict.fromkeys(NO_PRICES)


def test_counts(conn: psycopg.Connection, made: dict) -> None:
    assert {text: read(conn, made["page_count"]("t"), text) for text in COUNTS} == COUNTS


def test_ranks_and_their_categories(conn: psycopg.Connection, made: dict) -> None:
    rank, category = made["page_rank"]("t"), made["page_rank"]("t", "category")
    assert {text: (read(conn, rank, text), read(conn, category, text)) for text in RANKS} == RANKS


def test_coupons(conn: psycopg.Connection, made: dict) -> None:
    ratio, amount = made["page_coupon"]("t", "ratio"), made["page_coupon"]("t", "amount")
    expected = {text: tuple(part and Decimal(part) for part in parts) for text, parts in COUPONS.items()}
    assert {text: (read(conn, ratio, text), read(conn, amount, text)) for text in COUPONS} == expected


SIGNS = "0123456789.,' %$€￥+-#()（kKmM万位か月abcŞß\u202f\xa0\u200f٣٬٫"
WILD = st.text(st.sampled_from(SIGNS) | st.characters(), max_size=30)


@given(text=WILD.filter(lambda text: "\x00" not in text))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_a_reading(conn: psycopg.Connection, made: dict, text: str) -> None:
    """Also none that is cut, doubled or of another language: a crawl of thousands of pages is one statement."""
    parts = [made[name]("t") for name in ("page_price", "page_price_sign", "page_count", "page_rank")]
    parts += [made[name]("t") for name in ("as_page_price", "as_page_count", "as_page_rank", "as_offers_count")]
    parts += [made["page_rank"]("t", "category"), *(made["page_coupon"]("t", of) for of in ("ratio", "amount"))]
    text = text.encode("utf-8", "ignore").decode("utf-8")
    assert len(asked(conn, ", ".join(parts), text)) == len(parts)
