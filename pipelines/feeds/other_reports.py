"""Files that people import by mistake and that are no feed: how to recognise them, and what to get instead. Data only.

Names of menus are those of Seller Central in English, in November 2026. Headers of date range reports and of business
reports in other languages are those that programs of sellers look for (public code). To add a kind, add an entry. How
names are compared is described in `landing/formats/header_names.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherReport:
    """A kind of file. what: a sentence that says what it is. instead: one that says which report to get, and where.

    headers: sets of headers. A file is of this kind if one of its first twenty lines has all headers of one set.
    """

    what: str
    instead: str
    headers: tuple[frozenset[str], ...]


def _sets(*lines: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(line.split("|")) for line in lines)


_V2 = (
    "Get the V2 flat file (amazon_sp.settlements_v2): Seller Central > Payments > Reports Repository > All Statements "
    "> Download Flat File V2."
)
_LEDGER = (
    "Get the inventory ledger (amazon_sp.ledger_detail): Seller Central > Reports > Fulfillment > Inventory Ledger."
)
_TRAFFIC = (
    "Business reports are read as the API writes them, as JSON (amazon_sp.sales_and_traffic, "
    "GET_SALES_AND_TRAFFIC_REPORT): give the store access to the API, and `tradewind pull` asks for every day."
)
_ADS = (
    "Ads are read as the Ads API writes them, as JSON (amazon_ads.sp_campaigns and the others): give the store access "
    "to the Ads API, and `tradewind pull` asks for every day."
)
_ORDERS = (
    "Get the report of all orders (amazon_sp.all_orders_by_order_date): Seller Central > Reports > Fulfillment > All "
    "Orders."
)
_PLANNING = (
    "Get the inventory planning report (amazon_sp.inventory_planning): Seller Central > Reports > Fulfillment > "
    "Manage Inventory Health."
)

SETTLEMENT_XML = f"The file is a settlement in XML. {_V2}"

OTHER_REPORTS: tuple[OtherReport, ...] = (
    OtherReport(
        what="The file is a settlement of the older kind, V1, which has other columns than V2.",
        instead=_V2,
        headers=_sets(
            "settlement-id|price-type|price-amount|item-related-fee-type",
            "settlement-id|shipment-fee-type|order-fee-type|misc-fee-amount",
        ),
    ),
    OtherReport(
        what="The file is a date range report (transactions), which a page of Seller Central makes.",
        instead=f"It has no amount-type and does not add up to payments. {_V2}",
        headers=_sets(
            "date/time|settlement id|type|order id",
            "Datum/Uhrzeit|Abrechnungsnummer|Typ|Bestellnummer",
            "date/heure|numéro de versement|type|numéro de la commande",
            "date/heure|Identifiant du paiement|type|Numéro de la commande",
            "Data/Ora:|Numero pagamento|Tipo|Numero ordine",
            "fecha y hora|identificador de pago|tipo|número de pedido",
            "fecha/hora|Id. de liquidación|tipo|Id. del pedido",
            "fecha/hora|Id. de liquidación|tipo",
            "datum/tijd|schikkings-ID|type|bestelnummer",
            "datum/tid|reglerings-id|typ|beställnings-id",
            "data/godzina|identyfikator rozliczenia|typ|identyfikator zamówienia",
            "data/hora|id de liquidação|tipo|id do pedido",
            "data/hora|número da liquidação|tipo",
            "tarih/saat|ödeme no|tür|sipariş numarası",
            "日付/時間|決済番号|トランザクションの種類|注文番号",
            "日期/时间|结算编号|类型|订单编号",
        ),
    ),
    OtherReport(
        what="The file is a business report (sales and traffic), which a page of Seller Central makes.",
        instead=_TRAFFIC,
        headers=_sets(
            "(Child) ASIN|Units Ordered|Ordered Product Sales",
            "(Parent) ASIN|Units Ordered|Ordered Product Sales",
            "(Child) ASIN|Sessions - Total",
            "(Parent) ASIN|Sessions - Total",
            "(Parent) ASIN|Sessions",
            "(Child) ASIN|Sessions",
            "Date|Ordered Product Sales|Units Ordered",
            "Date|Sessions - Total|Page Views - Total",
            "(Übergeordnete) ASIN|Bestellte Einheiten",
            "(Untergeordnete) ASIN|Bestellte Einheiten",
            "Datum|Durch bestellte Produkte erzielter Umsatz|Bestellte Einheiten",
            "(Parent) ASIN|Unités commandées",
            "(Enfant) ASIN|Unités commandées",
            "(Padre) ASIN|Unità ordinate",
            "(Figlio) ASIN|Unità ordinate",
            "ASIN (principal)|Unidades pedidas",
            "ASIN (secundario)|Unidades pedidas",
            "（親）ASIN|注文された商品点数",
            "（子）ASIN|注文された商品点数",
            "（父）ASIN|已订购商品数量",
            "（子）ASIN|已订购商品数量",
        ),
    ),
    OtherReport(
        what="The file is a download of the advertising console.",
        instead=_ADS,
        headers=_sets(
            "Campaign Name|Impressions|Clicks|Spend",
            "Campaign|Impressions|Clicks|Spend",
            "Campaigns|Impressions|Clicks|Spend",
            "Campaign name|Impressions|Clicks|Total cost",
            "Product|Entity|Operation|Campaign ID",
            "Kampagnenname|Impressionen|Klicks|Ausgaben",
            "Kampagnen|Impressionen|Klicks|Ausgaben",
            "Nom de la campagne|Impressions|Clics|Dépenses",
            "Nome campagna|Impressioni|Clic|Spesa",
            "Nome della campagna|Impressioni|Clic|Spesa",
            "Nombre de campaña|Impresiones|Clics|Gasto",
            "Nombre de la campaña|Impresiones|Clics|Inversión",
            "キャンペーン名|インプレッション|クリック数",
            "广告活动名称|展示量|点击量",
        ),
    ),
    OtherReport(
        what="The file is the report of orders that the merchant ships (new or unshipped orders).",
        instead=_ORDERS,
        headers=_sets("order-id|order-item-id|purchase-date|payments-date|buyer-name"),
    ),
    OtherReport(
        what="The file is the report of open listings, which has prices and stock without names and states.",
        instead="Get all listings (amazon_sp.merchant_listings): Seller Central > Inventory > Inventory Reports > All "
        "Listings Report.",
        headers=_sets("sku|asin|price|quantity|Business Price", "sku|asin|price|quantity|minimum-seller-allowed-price"),
    ),
    OtherReport(
        what="The file is the transaction report for VAT.",
        instead=f"{_ORDERS} For payments get settlements. {_V2}",
        headers=_sets("UNIQUE_ACCOUNT_IDENTIFIER|ACTIVITY_PERIOD|TRANSACTION_TYPE"),
    ),
    OtherReport(
        what="The file is a report of movements of FBA stock of the kind before the inventory ledger.",
        instead=_LEDGER,
        headers=_sets(
            "adjusted-date|transaction-item-id|fnsku",
            "received-date|fnsku|fba-shipment-id",
            "snapshot-date|transaction-type|fnsku|fulfillment-center-id",
            "snapshot-date|fnsku|detailed-disposition|country",
            "month|fnsku|average-quantity|end-quantity",
        ),
    ),
    OtherReport(
        what="The file is a report of the health or age of FBA stock of the kind before inventory planning.",
        instead=_PLANNING,
        headers=_sets(
            "snapshot-date|sku|total-quantity|sellable-quantity|unsellable-quantity",
            "snapshot-date|sku|avaliable-quantity(sellable)|inv-age-0-to-90-days",
        ),
    ),
)
