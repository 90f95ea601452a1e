"""The frames of Chinese: the competitors brief. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames, under

_PRICES = under(
    "price_standing",
    {
        "title.down": ("比我方便宜：{gap.name}", "低于我方价格：{gap.name}"),
        "title.up": ("我方有提价空间：{gap.name}更贵", "我方比{gap.name}便宜"),
        "title.flat": ("与我方价格相当：{gap.name}", "价格相近：{gap.name}"),
        "lead.down": (
            "{gap.name}售价{price}，比我方{own.name}的{own}低{gap.size}。",
            "我方{own.name}为{own}，而{gap.name}售价{price}，低{gap.size}。",
        ),
        "lead.up": (
            "{gap.name}售价{price}，比我方{own.name}的{own}高{gap.size}。",
            "我方{own.name}为{own}，而{gap.name}售价{price}，高{gap.size}。",
        ),
        "lead.flat": (
            "{gap.name}售价{price}，与我方{own.name}的{own}相当。",
            "我方{own.name}为{own}，与{gap.name}的{price}相当。",
        ),
        "ours.down": (
            "{gap.name}比我方{own.name}的{own}低{gap.size}。",
            "我方{own.name}为{own}，{gap.name}低{gap.size}。",
        ),
        "ours.up": (
            "{gap.name}比我方{own.name}的{own}高{gap.size}。",
            "我方{own.name}为{own}，{gap.name}高{gap.size}。",
        ),
        "ours.flat": (
            "{gap.name}与我方{own.name}的{own}相当。",
            "我方{own.name}为{own}，{gap.name}与之相当。",
        ),
        "only.down": ("{gap.name}比我方低{gap.size}。", "与我方相比，{gap.name}低{gap.size}。"),
        "only.up": ("{gap.name}比我方高{gap.size}。", "与我方相比，{gap.name}高{gap.size}。"),
        "only.flat": ("{gap.name}与我方价格相当。", "与我方相比，{gap.name}的价格相差无几。"),
    },
)
_STOCK = {
    "competitor_back.title": ("竞品恢复有货：{since.name}", "竞品重新开售：{since.name}"),
    "competitor_back.lead": ("{since.name}自{since}起恢复有货。", "自{since}起，{since.name}恢复有货。"),
    "competitor_seller.title": ("购物车换了卖家：{since.name}", "购物车易主：{since.name}"),
    "competitor_seller.lead": (
        "{since.name}的购物车自{since}起由另一卖家占据。",
        "自{since}起，另一卖家占据了{since.name}的购物车。",
    ),
    "own_page_out.title": ("我方页面无法购买：{since.name}", "我方商品买不到：{since.name}"),
    "own_page_out.lead": (
        "我方{since.name}的商品页面自{since}起无法购买。",
        "自{since}起，我方{since.name}的商品页面无法购买。",
    ),
}


def _rank(name: str, whose: str, better: tuple[str, str], worse: tuple[str, str]) -> Frames:
    return under(
        name,
        {
            "title.down": better,
            "title.up": worse,
            "lead.down": (
                f"{whose}{{now.name}}卖得更好：畅销榜由{{before}}升至{{now}}。",
                f"畅销榜由{{before}}升至{{now}}，说明{whose}{{now.name}}卖得更好。",
            ),
            "lead.up": (
                f"{whose}{{now.name}}销势转弱：畅销榜由{{before}}退至{{now}}。",
                f"畅销榜由{{before}}退至{{now}}，说明{whose}{{now.name}}销势转弱。",
            ),
            "only.down": (
                f"{whose}{{now.name}}卖得更好：畅销榜升至{{now}}。",
                f"畅销榜升至{{now}}，说明{whose}{{now.name}}卖得更好。",
            ),
            "only.up": (
                f"{whose}{{now.name}}销势转弱：畅销榜退至{{now}}。",
                f"畅销榜退至{{now}}，说明{whose}{{now.name}}销势转弱。",
            ),
        },
    )


def _rating(name: str, whose: str, up: tuple[str, str], down: tuple[str, str]) -> Frames:
    return under(
        name,
        {
            "title.up": up,
            "title.down": down,
            "lead.up": (
                f"{whose}{{now.name}}的评分由{{before}}上升到{{now}}。",
                f"评分由{{before}}上升到{{now}}的是{whose}{{now.name}}。",
            ),
            "lead.down": (
                f"{whose}{{now.name}}的评分由{{before}}下降到{{now}}。",
                f"评分由{{before}}下降到{{now}}的是{whose}{{now.name}}。",
            ),
            "only.up": (f"{whose}{{now.name}}的评分上升到{{now}}。", f"评分上升到{{now}}的是{whose}{{now.name}}。"),
            "only.down": (f"{whose}{{now.name}}的评分下降到{{now}}。", f"评分下降到{{now}}的是{whose}{{now.name}}。"),
        },
    )


_MOVED = {
    **_rank(
        "competitor_rank",
        "",
        ("竞品卖得更好：{now.name}", "竞品排名上升：{now.name}"),
        ("竞品销势转弱：{now.name}", "竞品排名下降：{now.name}"),
    ),
    **_rank(
        "own_rank",
        "我方",
        ("我方排名上升：{now.name}", "我方卖得更好：{now.name}"),
        ("我方排名下降：{now.name}", "我方销势转弱：{now.name}"),
    ),
    **_rating(
        "competitor_rating",
        "",
        ("竞品评分上升：{now.name}", "竞品口碑变好：{now.name}"),
        ("竞品评分下降：{now.name}", "竞品口碑变差：{now.name}"),
    ),
    **_rating(
        "own_rating",
        "我方",
        ("我方评分上升：{now.name}", "我方口碑变好：{now.name}"),
        ("我方评分下降：{now.name}", "我方口碑变差：{now.name}"),
    ),
}
_SEARCHES = {
    "search_places.title_behind": ("搜索排在我方之前：{behind.name}", "搜索结果领先我方：{behind.name}"),
    "search_places.title_ahead": ("搜索排在我方之后：{behind.name}", "搜索结果落后我方：{behind.name}"),
    "search_places.behind": (
        "{shared.when}，在双方都出现的{shared}个受关注搜索中，{behind.name}有{behind}个排在我方之前：其最佳位置为{place}，我方为{own_place}。",
        "{behind.name}在{shared.when}双方都出现的{shared}个受关注搜索中有{behind}个领先：其最佳位置为{place}，我方为{own_place}。",
    ),
    "search_places.behind_in_one": (
        "{shared.when}，在双方都出现的受关注搜索中，{behind.name}排在我方之前：其为{place}，我方为{own_place}。",
        "{behind.name}在{shared.when}双方都出现的受关注搜索中领先：其为{place}，我方为{own_place}。",
    ),
    "search_places.ahead": (
        "{shared.when}，在双方都出现的{shared}个受关注搜索中，我方排在{behind.name}之前：我方最佳位置为{own_place}，其为{place}。",
        "我方在{shared.when}双方都出现的{shared}个受关注搜索中领先{behind.name}：我方最佳位置为{own_place}，其为{place}。",
    ),
    "search_places.only": (
        "{shared.when}，在双方都出现的{shared}个受关注搜索中，{behind.name}有{behind}个排在我方之前。",
        "{behind.name}在{shared.when}双方都出现的{shared}个受关注搜索中有{behind}个领先。",
    ),
    "search_places.paid": ("其在这些搜索中有{paid}个广告位。", "这些搜索中，其广告位有{paid}个。"),
    "search_places.found": (
        "我方{found.name}出现在{found}个受关注搜索的结果中。",
        "能搜到我方{found.name}的受关注搜索有{found}个。",
    ),
    "not_in_searches.title": ("搜索中找不到：{found.name}", "未进入搜索结果：{found.name}"),
    "not_in_searches.lead": (
        "{read}个受关注搜索中，能搜到我方{found.name}的有{found}个。",
        "我方{found.name}在{read}个受关注搜索中出现于{found}个。",
    ),
}
_STANDING = {
    "watch_summary.title": ("竞品本周动态", "竞品一览"),
    "watch_summary.lead": (
        "{watched.when}共读取{watched}个竞品。",
        "受追踪并读取到的竞品在{watched.when}有{watched}个。",
    ),
    "watch_summary.cheaper": (
        "可与我方比价的{compared}个中，比我方便宜的有{cheaper}个。",
        "比我方便宜的有{cheaper}个，可比价的共{compared}个。",
    ),
    "watch_summary.moves": ("降价{cut}个，涨价{raised}个。", "其中降价的{cut}个，涨价的{raised}个。"),
    "watch_summary.out": ("断货的有{out}个。", "目前断货{out}个。"),
    "watched_product.title": ("与竞品对比：{price.name}", "竞争态势：{price.name}"),
    "watched_product.lead": (
        "我方{price.name}售价{price}；有报价的{compared}个竞品中，更便宜的有{cheaper}个。",
        "售价{price}的我方{price.name}，有报价的竞品{compared}个，其中更便宜的{cheaper}个。",
    ),
    "watched_product.only": ("我方{price.name}售价{price}。", "售价方面，我方{price.name}为{price}。"),
    "watched_product.rank": ("其畅销榜排名为{rank}。", "在畅销榜上排{rank}。"),
    "watched_product.rating": ("评分{rating}，一周新增评价{new}条。", "其评分为{rating}，一周新增{new}条评价。"),
    "watched_product.only_rating": ("评分为{rating}。", "其评分为{rating}。"),
    "watched_product.sales": ("{sales.when}周均销售额为{sales}。", "周均销售额{sales}（{sales.when}）。"),
    "rival_page.title_price": ("竞品页面：{price.name}", "竞品现况：{price.name}"),
    "rival_page.title_rank": ("竞品页面：{rank.name}", "竞品现况：{rank.name}"),
    "rival_page.title_rating": ("竞品页面：{rating.name}", "竞品现况：{rating.name}"),
    "rival_page.price": ("{price.name}售价{price}。", "售价方面，{price.name}为{price}。"),
    "rival_page.rank": ("{rank.name}的畅销榜排名为{rank}。", "畅销榜上，{rank.name}排{rank}。"),
    "rival_page.rating": (
        "{rating.name}评分{rating}，一周新增评价{new}条。",
        "评分方面，{rating.name}为{rating}，一周新增{new}条评价。",
    ),
    "rival_page.only_rating": ("{rating.name}的评分为{rating}。", "评分方面，{rating.name}为{rating}。"),
}

FRAMES: Frames = {**_PRICES, **_STOCK, **_MOVED, **_SEARCHES, **_STANDING}
