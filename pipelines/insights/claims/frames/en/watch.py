"""The frames of English: the competitors brief. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames, under

_PRICES = under(
    "price_standing",
    {
        "title.down": ("Cheaper than ours: {gap.name}", "Below our price: {gap.name}"),
        "title.up": ("Room in our price: {gap.name} is dearer", "We are cheaper than {gap.name}"),
        "title.flat": ("About our price: {gap.name}", "At our price: {gap.name}"),
        "lead.down": (
            "{gap.name} costs {price}, {gap.size} below our {own.name} at {own}.",
            "At {price}, {gap.name} is {gap.size} below our {own.name}, which costs {own}.",
        ),
        "lead.up": (
            "{gap.name} costs {price}, {gap.size} above our {own.name} at {own}.",
            "At {price}, {gap.name} is {gap.size} above our {own.name}, which costs {own}.",
        ),
        "lead.flat": (
            "{gap.name} costs {price}, about as much as our {own.name} at {own}.",
            "At {price}, {gap.name} costs about as much as our {own.name} at {own}.",
        ),
        "ours.down": (
            "{gap.name} costs {gap.size} less than our {own.name} at {own}.",
            "Our {own.name} costs {own}; {gap.name} is {gap.size} below.",
        ),
        "ours.up": (
            "{gap.name} costs {gap.size} more than our {own.name} at {own}.",
            "Our {own.name} costs {own}; {gap.name} is {gap.size} above.",
        ),
        "ours.flat": (
            "{gap.name} costs about as much as our {own.name} at {own}.",
            "Our {own.name} costs {own}, and {gap.name} about as much.",
        ),
        "only.down": (
            "{gap.name} costs {gap.size} less than we ask.",
            "Beside our price, {gap.name} is {gap.size} below.",
        ),
        "only.up": (
            "{gap.name} costs {gap.size} more than we ask.",
            "Beside our price, {gap.name} is {gap.size} above.",
        ),
        "only.flat": ("{gap.name} costs about what we ask.", "Beside our price, {gap.name} costs about as much."),
    },
)
_STOCK = {
    "competitor_back.title": ("Competitor back in stock: {since.name}", "On sale again: {since.name}"),
    "competitor_back.lead": (
        "{since.name} has been in stock again since {since}.",
        "Since {since}, {since.name} has been in stock again.",
    ),
    "competitor_seller.title": ("Another seller in the buy box: {since.name}", "Buy box changed: {since.name}"),
    "competitor_seller.lead": (
        "Another seller has held the buy box of {since.name} since {since}.",
        "Since {since}, the buy box of {since.name} is another seller's.",
    ),
    "own_page_out.title": ("Nothing to buy on our page: {since.name}", "Our page sells nothing: {since.name}"),
    "own_page_out.lead": (
        "The page of our {since.name} has offered nothing to buy since {since}.",
        "Since {since}, the page of our {since.name} has offered nothing to buy.",
    ),
}


def _rank(name: str, whose: str, better: tuple[str, str], worse: tuple[str, str]) -> Frames:
    return under(
        name,
        {
            "title.down": better,
            "title.up": worse,
            "lead.down": (
                f"{whose}{{now.name}} sells better: its best sellers rank is {{now}}, after {{before}}.",
                f"From {{before}} to {{now}}: by its best sellers rank, {whose.lower()}{{now.name}} sells better.",
            ),
            "lead.up": (
                f"{whose}{{now.name}} sells worse: its best sellers rank is {{now}}, after {{before}}.",
                f"From {{before}} to {{now}}: by its best sellers rank, {whose.lower()}{{now.name}} sells worse.",
            ),
            "only.down": (
                f"{whose}{{now.name}} sells better: its best sellers rank is {{now}}.",
                f"At a best sellers rank of {{now}}, {whose.lower()}{{now.name}} sells better.",
            ),
            "only.up": (
                f"{whose}{{now.name}} sells worse: its best sellers rank is {{now}}.",
                f"At a best sellers rank of {{now}}, {whose.lower()}{{now.name}} sells worse.",
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
                f"The rating of {whose}{{now.name}} rose from {{before}} to {{now}}.",
                f"From {{before}}, the rating of {whose}{{now.name}} rose to {{now}}.",
            ),
            "lead.down": (
                f"The rating of {whose}{{now.name}} fell from {{before}} to {{now}}.",
                f"From {{before}}, the rating of {whose}{{now.name}} fell to {{now}}.",
            ),
            "only.up": (
                f"The rating of {whose}{{now.name}} rose to {{now}}.",
                f"At {{now}}, the rating of {whose}{{now.name}} is higher than before.",
            ),
            "only.down": (
                f"The rating of {whose}{{now.name}} fell to {{now}}.",
                f"At {{now}}, the rating of {whose}{{now.name}} is lower than before.",
            ),
        },
    )


_MOVED = {
    **_rank(
        "competitor_rank",
        "",
        ("Competitor sells better: {now.name}", "Gaining rank: {now.name}"),
        ("Competitor sells worse: {now.name}", "Losing rank: {now.name}"),
    ),
    **_rank(
        "own_rank",
        "Our ",
        ("Our rank is better: {now.name}", "We sell better: {now.name}"),
        ("Our rank is worse: {now.name}", "We sell worse: {now.name}"),
    ),
    **_rating(
        "competitor_rating",
        "",
        ("Competitor rated higher: {now.name}", "Better rating: {now.name}"),
        ("Competitor rated lower: {now.name}", "Lower rating: {now.name}"),
    ),
    **_rating(
        "own_rating",
        "our ",
        ("Our rating rose: {now.name}", "Rated higher: our {now.name}"),
        ("Our rating fell: {now.name}", "Rated lower: our {now.name}"),
    ),
}
_SEARCHES = {
    "search_places.title_behind": ("Before us in searches: {behind.name}", "Found before us: {behind.name}"),
    "search_places.title_ahead": ("Behind us in searches: {behind.name}", "Found after us: {behind.name}"),
    "search_places.behind": (
        "{shared.When}, of {shared|watched search that shows|watched searches that show} both, "
        "{behind.name} stood before us in {behind}: its best place was {place}, ours {own_place}.",
        "In {behind} of {shared|watched search that shows|watched searches that show} both, {behind.name} stood "
        "before us {shared.when}: its best place was {place}, ours {own_place}.",
    ),
    "search_places.behind_in_one": (
        "In the watched search that shows both, {behind.name} stood before us {shared.when}: at {place}, we at "
        "{own_place}.",
        "{shared.When}, {behind.name} stood before us in the watched search that shows both: at {place}, we at "
        "{own_place}.",
    ),
    "search_places.ahead": (
        "{shared.When}, we stood before {behind.name} in {shared|watched search that shows|watched searches that show} "
        "both: our best place was {own_place}, its best {place}.",
        "In {shared|watched search that shows|watched searches that show} both, we stood before {behind.name} "
        "{shared.when}: our best place was {own_place}, its best {place}.",
    ),
    "search_places.only": (
        "{shared.When}, of {shared|watched search that shows|watched searches that show} both, "
        "{behind.name} stood before us in {behind}.",
        "In {behind} of {shared|watched search that shows|watched searches that show} both, {behind.name} stood "
        "before us {shared.when}.",
    ),
    "search_places.paid": ("It paid for {paid|place|places} there.", "Places that it paid for there: {paid}."),
    "search_places.found": (
        "Our {found.name} is found in {found|watched search|watched searches}.",
        "Watched searches that show our {found.name}: {found}.",
    ),
    "not_in_searches.title": ("Not found in searches: {found.name}", "Out of the results: {found.name}"),
    "not_in_searches.lead": (
        "Of the {read|watched search|watched searches}, {found} shows our {found.name} among its results.",
        "Watched searches that show our {found.name} among their results: {found} of {read}.",
    ),
}
_STANDING = {
    "watch_summary.title": ("The week of the competitors", "Competitors at a glance"),
    "watch_summary.lead": (
        "{watched|competitor was|competitors were} read {watched.when}.",
        "{watched.When}, {watched|competitor was|competitors were} read.",
    ),
    "watch_summary.cheaper": (
        "Cheaper than we are: {cheaper} of the {compared} whose price can be set beside ours.",
        "Of {compared|price|prices} beside ours, those that are below: {cheaper}.",
    ),
    "watch_summary.moves": (
        "Price cuts: {cut}; price rises: {raised}.",
        "Prices went down at {cut|competitor|competitors} and up at {raised}.",
    ),
    "watch_summary.out": ("Out of stock: {out}.", "Competitors without stock: {out}."),
    "watched_product.title": ("Beside its competitors: {price.name}", "How it stands: {price.name}"),
    "watched_product.lead": (
        "Our {price.name} costs {price}; of {compared|competitor|competitors} with a price, {cheaper} ask less.",
        "At {price}, our {price.name} stands beside {compared|competitor|competitors} with a price; those that ask "
        "less: {cheaper}.",
    ),
    "watched_product.only": ("Our {price.name} costs {price}.", "We ask {price} for our {price.name}."),
    "watched_product.rank": ("Its best sellers rank is {rank}.", "By best sellers rank it is {rank}."),
    "watched_product.rating": (
        "It is rated {rating}, with {new|new rating|new ratings} in the week.",
        "Rated {rating}, it got {new|new rating|new ratings} in the week.",
    ),
    "watched_product.only_rating": ("It is rated {rating}.", "Its rating is {rating}."),
    "watched_product.sales": (
        "Its sales are {sales} a week, as the average {sales.when}.",
        "On average, its sales were {sales} a week {sales.when}.",
    ),
    "rival_page.title_price": ("The page of {price.name}", "Seen at {price.name}"),
    "rival_page.title_rank": ("The page of {rank.name}", "Seen at {rank.name}"),
    "rival_page.title_rating": ("The page of {rating.name}", "Seen at {rating.name}"),
    "rival_page.price": ("{price.name} costs {price}.", "The price of {price.name} is {price}."),
    "rival_page.rank": (
        "{rank.name} has a best sellers rank of {rank}.",
        "The best sellers rank of {rank.name} is {rank}.",
    ),
    "rival_page.rating": (
        "{rating.name} is rated {rating}, with {new|new rating|new ratings} in the week.",
        "Rated {rating}, {rating.name} got {new|new rating|new ratings} in the week.",
    ),
    "rival_page.only_rating": ("{rating.name} is rated {rating}.", "The rating of {rating.name} is {rating}."),
}

FRAMES: Frames = {**_PRICES, **_STOCK, **_MOVED, **_SEARCHES, **_STANDING}
