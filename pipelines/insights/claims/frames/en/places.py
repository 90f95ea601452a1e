"""The frames of English: our places in searches. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "keyword_places.title": ("Our places in searches", "Where searches show us"),
    "keyword_places.lead": (
        "For {now.name} we stand at {now}; it was {week} {week.when} and {month} {month.when}.",
        "{week.When} we stood at {week} for {now.name}, and at {month} {month.when}; now it is {now}.",
    ),
    "keyword_places.week": (
        "For {now.name} we stand at {now}; it was {week} {week.when}.",
        "{week.When} we stood at {week} for {now.name}; now it is {now}.",
    ),
    "keyword_places.month": (
        "For {now.name} we stand at {now}; it was {month} {month.when}.",
        "{month.When} we stood at {month} for {now.name}; now it is {now}.",
    ),
    "keyword_places.only": ("For {now.name} we stand at {now}.", "Our best place for {now.name} is {now}."),
    "first_page_entered.title": ("On the first page: {since.name}", "New on the first page: {since.name}"),
    "first_page_entered.lead": (
        "Since {since}, the first page of {since.name} shows us, at {now}.",
        "The first page of {since.name} shows us since {since}; we stand at {now}.",
    ),
    "first_page_entered.only": (
        "Since {since}, the first page of {since.name} shows us.",
        "The first page of {since.name} shows us since {since}.",
    ),
    "first_page_left.title": ("Off the first page: {since.name}", "Gone from the first page: {since.name}"),
    "first_page_left.lead": (
        "Since {since}, the first page of {since.name} shows us no more; we stand at {now}.",
        "The first page of {since.name} shows us no more since {since}; we stand at {now}.",
    ),
    "first_page_left.only": (
        "Since {since}, the first page of {since.name} shows us no more.",
        "The first page of {since.name} shows us no more since {since}.",
    ),
}
