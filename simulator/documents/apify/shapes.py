"""How actors write what they find: junglee/amazon-crawler, and one whose items look like epctex/amazon-scraper's.

Only shapes. What a page or a search shows is decided in world/product_pages.
"""

from __future__ import annotations

from simulator.world.marketplaces import Marketplace
from simulator.world.product_pages.page import Page
from simulator.world.product_pages.search_results import Result

CRAWLER, SCRAPER = "junglee/amazon-crawler", "epctex/amazon-scraper"


def failed(actor: str, url: str, asin: str, error: str, description: str) -> dict:
    """An item that could not be read."""
    if actor == SCRAPER:
        return {"type": "error", "url": url, "searchUrl": url, "errorMessage": description}
    item = {"error": error, "errorDescription": description, "url": url, "asin": asin, "input": url}
    return item if asin else {key: value for key, value in item.items() if key != "asin"}


def product(actor: str, url: str, asin: str, place: Marketplace, page: Page) -> dict:
    """The page of a product."""
    if actor == SCRAPER:
        return {
            "type": "product",
            **_common(place, page),
            "url": url,
            "brand": page.brand,
            "available": page.in_stock,
            "categories": [page.category] if page.category else [],
            "salesRanks": [] if page.rank is None else [{"rank": page.rank, "category": page.category}],
            "seller": None if page.seller is None else {"name": page.seller, "id": page.seller_id},
            "offersCount": page.offers,
            "coupon": coupon_text(place, page),
            "parentAsin": page.parent,
            "thumbnail": _image(page),
            "boughtPastMonth": _bought(place, page),
            "variants": [],
            "features": [],
        }
    return _crawler_product(url, asin, place, page)


def search_result(actor: str, url: str, place: Marketplace, result: Result) -> dict:
    """One place of a search."""
    page = result.shown
    link = f"https://{place.domain}/dp/{page.asin}"
    if actor == SCRAPER:
        return {
            "type": "product",
            **_common(place, page),
            "url": link,
            "brand": page.brand,
            "searchUrl": url,
            "page": result.page,
            "position": result.position,
            "sponsored": result.sponsored,
        }
    return {
        **_common(place, page),
        "url": link,
        "brand": page.brand,
        "thumbnailImage": f"https://m.media-amazon.com/images/I/{page.asin}.jpg",
        "categoryPageData": {
            "productPosition": result.position,
            "pageNumber": result.page,
            "isSponsored": result.sponsored,
        },
        "input": url,
    }


def _common(place: Marketplace, page: Page) -> dict:
    return {
        "asin": page.asin,
        "title": page.title,
        "price": _money(place, page.price) or _visitors_money(place, page.other_price),
        "listPrice": _money(place, page.list_price),
        "stars": None if page.stars is None else float(page.stars),
        "reviewsCount": page.reviews,
    }


def _money(place: Marketplace, amount: object) -> dict | None:
    if amount is None:
        return None
    return {"value": float(str(amount)) if place.decimals else int(str(amount)), "currency": place.symbol}


def _visitors_money(place: Marketplace, amount: object) -> dict | None:
    return None if amount is None else {"value": float(str(amount)), "currency": place.visitors_currency[1]}


def _image(page: Page) -> str | None:
    """The address of the main image, whose size is another one now and then."""
    size = 300 + 8 * ((page.rank or 0) % 5)
    return None if page.image is None else f"https://m.media-amazon.com/images/I/{page.image}._AC_SX{size}_.jpg"


def _bought(place: Marketplace, page: Page) -> str | None:
    """How many were bought in the past month, in the page's language."""
    if page.bought is None:
        return None
    if place.language == "ja":
        told = f"{page.bought // 10_000}万" if page.bought >= 10_000 else f"{page.bought:,}"
        return f"過去1か月で{told}点以上購入されました"
    if place.language == "de":
        return f"{page.bought:,}+ Mal im letzten Monat gekauft".replace(",", ".")
    told = f"{page.bought // 1000}K" if page.bought >= 1000 else str(page.bought)
    return f"{told}+ bought in past month"


def coupon_text(place: Marketplace, page: Page) -> str | None:
    """The coupon, in the page's language."""
    if page.coupon is None:
        return None
    percent, amount = page.coupon.percent, page.coupon.amount
    if place.language == "ja":
        return f"{percent}%OFFクーポンの適用" if percent else f"￥{amount:,} OFFクーポンの適用"
    if place.language == "de":
        return f"Spare {percent} % mit Coupon" if percent else f"{amount},00 € Coupon anwenden"
    return f"Save {percent}% with coupon" if percent else f"Apply {place.symbol}{amount} coupon"


def _crawler_product(url: str, asin: str, place: Marketplace, page: Page) -> dict:
    ranks = (
        []
        if page.rank is None
        else [{"rank": page.rank, "category": page.category, "url": f"https://{place.domain}/gp/bestsellers"}]
    )
    if page.rank is not None and page.rank % 2:
        ranks.append(
            {
                "rank": page.rank // 9 + 1,
                "category": "Sub " + str(page.category),
                "url": f"https://{place.domain}/gp/bestsellers/1",
            }
        )
    return {
        **_common(place, page),
        "url": url,
        "originalAsin": asin,
        "shippingPrice": None,
        "inStock": page.in_stock,
        "inStockText": "In Stock" if page.in_stock else "Currently unavailable.",
        "brand": page.brand,
        "starsBreakdown": None
        if page.stars is None
        else {"5star": 0.63, "4star": 0.19, "3star": 0.09, "2star": 0.04, "1star": 0.05},
        "breadCrumbs": page.category,
        "thumbnailImage": _image(page),
        "description": None,
        "features": [],
        "attributes": [],
        "variantAsins": [],
        "delivery": None,
        "seller": None if page.seller is None else {"id": page.seller_id, "name": page.seller},
        "offers": [{"condition": "New"} for _ in range(page.offers or 0)],
        "coupon": coupon_text(place, page),
        "parentAsin": page.parent,
        "bestsellerRanks": ranks,
        "isAmazonChoice": False,
        "monthlyPurchaseVolume": _bought(place, page),
        "loadedCountryCode": place.country,
        "unNormalizedProductUrl": url,
        "input": url,
    }
