"""The frames of English: profit of the week, what moved it, what is settled. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "profit_week.title.loss": ("The week makes a loss", "A week at a loss"),
    "profit_week.title.vs.up": ("Orders earn more than the week before", "Profit of orders is up"),
    "profit_week.title.vs.down": ("Orders earn less than the week before", "Profit of orders is down"),
    "profit_week.title.vs.flat": ("Orders earn as much as the week before",),
    "profit_week.title": ("Profit of the week",),
    "profit_week.lead": (
        "Profit {value.when} came to {value}, a margin of {margin} of revenue without VAT.",
        "{value.When}, profit came to {value}: {margin} of revenue without VAT.",
    ),
    "profit_week.only": ("Profit {value.when} came to {value}.", "{value.When}, profit came to {value}."),
    "profit_week.vs.up": (
        "Before advertising, refunds and storage, orders earned {orders}, {change.size} more than {change.against}.",
        "The orders themselves earned {orders} before advertising, refunds and storage, {change.size} more than "
        "{change.against}.",
    ),
    "profit_week.vs.down": (
        "Before advertising, refunds and storage, orders earned {orders}, {change.size} less than {change.against}.",
        "The orders themselves earned {orders} before advertising, refunds and storage, {change.size} less than "
        "{change.against}.",
    ),
    "profit_week.vs.flat": (
        "Before advertising, refunds and storage, orders earned {orders}, as much as {change.against}.",
    ),
    "profit_week.vs_alone.up": (
        "Before advertising, refunds and storage, orders earned {change.size} more than {change.against}.",
    ),
    "profit_week.vs_alone.down": (
        "Before advertising, refunds and storage, orders earned {change.size} less than {change.against}.",
    ),
    "profit_week.vs_alone.flat": (
        "Before advertising, refunds and storage, orders earned as much as {change.against}.",
    ),
    "profit_week.orders": (
        "Before advertising, refunds and storage, orders earned {orders}.",
        "The orders themselves earned {orders} before advertising, refunds and storage.",
    ),
    "profit_week.orders_before": ("Orders earned {orders_before} {orders_before.when}.",),
    "profit_week.year.up": (
        "That is {year_change.size} more than {year_change.against} with {year}.",
        "A year earlier, the same week had {year}: {year_change.size} less.",
    ),
    "profit_week.year.down": (
        "That is {year_change.size} less than {year_change.against} with {year}.",
        "A year earlier, the same week had {year}: {year_change.size} more.",
    ),
    "profit_week.year.flat": ("Orders earned as much as {year_change.against}, {year}.",),
    "profit_week.year_alone.up": ("Orders earned {year_change.size} more than {year_change.against}.",),
    "profit_week.year_alone.down": ("Orders earned {year_change.size} less than {year_change.against}.",),
    "profit_week.year_alone.flat": ("Orders earned as much as {year_change.against}.",),
    "profit_week.year_ago": ("Orders earned {year} {year.when}.",),
    "profit_week.tacos": ("TACoS came to {tacos}.", "{tacos} of sales went into advertising (TACoS)."),
    "profit_week.tacos.vs.up": ("TACoS rose {tacos_change.size} against {tacos_change.against}, to {tacos}.",),
    "profit_week.tacos.vs.down": ("TACoS fell {tacos_change.size} against {tacos_change.against}, to {tacos}.",),
    "profit_week.tacos.vs.flat": ("TACoS stayed near {tacos}.",),
    "profit_week.tacos_before": ("TACoS was {tacos_before} {tacos_before.when}.",),
    "profit_week.day": (
        "{day.When} alone, it was {day}, a margin of {day_margin}.",
        "For the day alone, {day.when}, profit was {day} at a margin of {day_margin}.",
    ),
    "profit_week.day_alone": ("{day.When} alone, it was {day}.", "For the day alone, {day.when}, profit was {day}."),
    "profit_week.left_out": (
        "Left out are {left_out} ({left_out_share} of those sold), as their costs or fees are not known.",
        "Not in it are {left_out} ({left_out_share} of those sold) whose costs or fees are not known.",
    ),
    "profit_week.without_ads": (
        "Days whose advertising is not in yet: {without_ads}; profit is shown too high by it.",
    ),
    "profit_week.open_until": (
        "Settlements reach to {until}: for {estimated|day|days} of the week fees are estimates, and refunds, storage "
        "and other postings are still to come.",
        "Estimated is the profit of {estimated|day|days}: settlements reach to {until}, what comes after has estimated "
        "fees, and its refunds, storage and other postings are still to come.",
    ),
    "profit_week.open": (
        "No settlement is in: for {estimated|day|days} fees are estimates, and refunds, storage and other postings are "
        "still to come.",
    ),
    "profit_week.settled": (
        "The last seven days that settlements cover earned {settled} with refunds and storage ({settled_margin}).",
        "With refunds and storage, the last seven days that settlements cover earned {settled} ({settled_margin}).",
    ),
    "profit_week.settled.vs.up": (
        "The last seven days that settlements cover earned {settled} with refunds and storage ({settled_margin}), "
        "{settled_change.size} more than {settled_change.against}.",
    ),
    "profit_week.settled.vs.down": (
        "The last seven days that settlements cover earned {settled} with refunds and storage ({settled_margin}), "
        "{settled_change.size} less than {settled_change.against}.",
    ),
    "profit_week.settled.vs.flat": (
        "The last seven days that settlements cover earned {settled} with refunds and storage ({settled_margin}), as "
        "much as {settled_change.against}.",
    ),
    "profit_parts.title.total.up": ("What raised the profit of orders", "Why orders earn more"),
    "profit_parts.title.total.down": ("What lowered the profit of orders", "Why orders earn less"),
    "profit_parts.title.total.flat": ("What moved within the profit",),
    "profit_parts.title": ("What moved the profit of orders",),
    "profit_parts.total.up": (
        "Before advertising, orders earned {total.size} more {total.when} than {total.against}.",
        "{total.When}, orders earned {total.size} more before advertising than {total.against}.",
    ),
    "profit_parts.total.down": (
        "Before advertising, orders earned {total.size} less {total.when} than {total.against}.",
        "{total.When}, orders earned {total.size} less before advertising than {total.against}.",
    ),
    "profit_parts.total.flat": ("Before advertising, orders earned as much {total.when} as {total.against}.",),
    "profit_parts.lead.up": (
        "{change.name} added {change.size} to the profit {change.when} (now {value}).",
        "{change.name} brought {change.size} more {change.when} (now {value}).",
    ),
    "profit_parts.lead.down": (
        "{change.name} took {change.size} off the profit {change.when} (now {value}).",
        "{change.name} cost {change.size} of profit {change.when} (now {value}).",
    ),
    "profit_parts.lead.flat": ("{change.name} stayed at {value} {change.when}.",),
    "profit_parts.only.up": ("{change.name} added {change.size} to the profit {change.when}.",),
    "profit_parts.only.down": ("{change.name} took {change.size} off the profit {change.when}.",),
    "profit_parts.only.flat": ("{change.name} did not move the profit {change.when}.",),
    "profit_parts.more.up": ("{change.name} added {change.size} (now {value}).",),
    "profit_parts.more.down": ("{change.name} took off {change.size} (now {value}).",),
    "profit_parts.more.flat": ("{change.name} stayed at {value}.",),
    "profit_parts.before": ("It was {before} {before.when}.",),
    "sku_profit.title.up": ("Earns more: {change.name}", "Profit up: {change.name}"),
    "sku_profit.title.down": ("Earns less: {change.name}", "Profit down: {change.name}"),
    "sku_profit.title.flat": ("Earns the same: {change.name}",),
    "sku_profit.lead.up": (
        "{change.name} earned {profit} {profit.when} before advertising, {change.size} more than {change.against}.",
        "Before advertising, {change.name} earned {profit} {profit.when}, {change.size} more than {change.against}.",
    ),
    "sku_profit.lead.down": (
        "{change.name} earned {profit} {profit.when} before advertising, {change.size} less than {change.against}.",
        "Before advertising, {change.name} earned {profit} {profit.when}, {change.size} less than {change.against}.",
    ),
    "sku_profit.lead.flat": ("{change.name} earned {profit} {profit.when} before advertising.",),
    "sku_profit.only.up": (
        "Before advertising, {change.name} earned {change.size} more {change.when} than {change.against}.",
    ),
    "sku_profit.only.down": (
        "Before advertising, {change.name} earned {change.size} less {change.when} than {change.against}.",
    ),
    "sku_profit.only.flat": ("Before advertising, {change.name} earned as much {change.when} as {change.against}.",),
    "sku_profit.more.up": (
        "{change.name} earned {change.size} more {profit.when}, in all {profit}.",
        "Likewise, {change.name} earned {change.size} more {profit.when}, in all {profit}.",
    ),
    "sku_profit.more.down": (
        "{change.name} earned {change.size} less {profit.when}, in all {profit}.",
        "Likewise, {change.name} earned {change.size} less {profit.when}, in all {profit}.",
    ),
    "sku_profit.more.flat": ("{change.name} earned {profit} {profit.when}.",),
    "settled_profit.title.loss": ("A loss, once settled", "Settled days make a loss"),
    "settled_profit.title.vs.up": ("Settled profit is up", "Once settled: more profit"),
    "settled_profit.title.vs.down": ("Settled profit is down", "Once settled: less profit"),
    "settled_profit.title.vs.flat": ("Settled profit unchanged",),
    "settled_profit.title": ("Settled profit",),
    "settled_profit.lead": (
        "With refunds and storage, profit came to {value} {value.when}, the last that settlements cover: a margin of "
        "{margin}.",
        "{value.When}, the last that settlements cover, profit came to {value} with refunds and storage: a margin of "
        "{margin}.",
    ),
    "settled_profit.only": (
        "With refunds and storage, profit came to {value} {value.when}, the last that settlements cover.",
    ),
    "settled_profit.vs.up": ("That is {change.size} more than {change.against}.",),
    "settled_profit.vs.down": ("That is {change.size} less than {change.against}.",),
    "settled_profit.vs.flat": ("That is as much as {change.against}.",),
    "settled_profit.estimated": (
        "Of its units, {estimated} still have fees that are estimates in part.",
        "Fees are still estimates for {estimated} of its units, wholly or in part.",
    ),
}
