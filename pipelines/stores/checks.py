"""What is checked of a store's entry in stores.yaml beyond its form: its feeds and its marketplace exist and fit."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from pipelines.feeds import FEEDS
from pipelines.marketplaces import COUNTRY_ALIASES, MARKETPLACES, Marketplace
from pipelines.stores.mistakes import Mistakes


def check_feeds(feeds: Sequence[str], skip_feeds: Sequence[str], place: str, problems: Mistakes) -> None:
    """Check that named feeds exist, have an API, and are not in both lists. Mistakes are added to `problems`."""
    for setting, names in (("feeds", feeds), ("skip_feeds", skip_feeds)):
        for name in names:
            if name not in FEEDS:
                near = difflib.get_close_matches(name, FEEDS, 1)
                hint = f"did you mean {near[0]}?" if near else "docs/feeds.md lists them."
                problems.at(setting).append(f"{place}, {setting}: there is no feed {name!r}; {hint}")
            elif not FEEDS[name].is_asked_for:
                problems.at(setting).append(
                    f"{place}, {setting}: {name} comes by itself, from files or a queue; take it out."
                )
    for name in sorted(set(feeds) & set(skip_feeds)):
        problems.at("skip_feeds").append(
            f"{place}: {name} is named in feeds and in skip_feeds; take it out of one of them."
        )


def marketplace_of(country: str, region: str, place: str, problems: Mistakes) -> Marketplace | None:
    """The marketplace of a country, if the account's region has it. Mistakes are added to `problems`."""
    marketplace = MARKETPLACES.get(COUNTRY_ALIASES.get(country, country))
    if marketplace is None:
        problems.append(f"{place}: marketplace {country!r} is not known; known are {', '.join(MARKETPLACES)}.")
    elif marketplace.region != region:
        problems.append(
            f"{place}: marketplace {country} belongs to region {marketplace.region}, but its account is of region "
            f"{region}; a seller has an account of its own in each region."
        )
        return None
    return marketplace
