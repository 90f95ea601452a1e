"""The frames of English: all stores of a tenant. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

FRAMES: Frames = {
    "rollup_total.title.vs.up": ("Sales of all stores are up", "All stores together sell more"),
    "rollup_total.title.vs.down": ("Sales of all stores are down", "All stores together sell less"),
    "rollup_total.title.vs.flat": ("Sales of all stores unchanged",),
    "rollup_total.title": ("Sales of all stores",),
    "rollup_total.vs.up": (
        "Sales without VAT rose {change.size} {sales.when} against {change.against}, to {sales}.",
        "{sales.When}, sales without VAT rose {change.size} against {change.against}, to {sales}.",
    ),
    "rollup_total.vs.down": (
        "Sales without VAT fell {change.size} {sales.when} against {change.against}, to {sales}.",
        "{sales.When}, sales without VAT fell {change.size} against {change.against}, to {sales}.",
    ),
    "rollup_total.vs.flat": (
        "Sales without VAT came to {sales} {sales.when}, about the same as {change.against}.",
        "{sales.When}, sales without VAT came to {sales}, close to {change.against}.",
    ),
    "rollup_total.vs_some.up": (
        "Sales without VAT came to {sales} {sales.when}; stores that can be compared ({compared}) sold {change.size} "
        "more than {change.against}.",
        "{sales.When}, sales without VAT came to {sales}; stores that can be compared ({compared}) sold {change.size} "
        "more than {change.against}.",
    ),
    "rollup_total.vs_some.down": (
        "Sales without VAT came to {sales} {sales.when}; stores that can be compared ({compared}) sold {change.size} "
        "less than {change.against}.",
        "{sales.When}, sales without VAT came to {sales}; stores that can be compared ({compared}) sold {change.size} "
        "less than {change.against}.",
    ),
    "rollup_total.vs_some.flat": (
        "Sales without VAT came to {sales} {sales.when}; stores that can be compared ({compared}) sold about as "
        "much as {change.against}.",
    ),
    "rollup_total.value": (
        "Sales without VAT came to {sales} {sales.when}.",
        "{sales.When}, sales without VAT came to {sales}.",
    ),
    "rollup_total.amount.up": ("In money, that is {amount.size} more.",),
    "rollup_total.amount.down": ("In money, that is {amount.size} less.",),
    "rollup_total.amount.flat": ("In money, nothing changed.",),
    "rollup_total.before": ("Sales were {before} {before.when}.",),
    "rollup_total.stores": ("Stores in the sums: {stores}.", "The sums hold {stores|store|stores}."),
    "rollup_total.profit_some": (
        "Profit came to {profit}, a margin of {margin}; it is known of {profit_stores|store|stores} only.",
        "Of {profit_stores|store|stores} profit is known: {profit}, a margin of {margin}.",
    ),
    "rollup_total.profit": (
        "Profit came to {profit}, a margin of {margin}.",
        "At a margin of {margin}, profit came to {profit}.",
    ),
    "rollup_total.profit_alone": ("Profit came to {profit}.", "They made a profit of {profit}."),
    "rollup_total.margin": ("The margin was {margin}.",),
    "rollup_total.orders.up": (
        "Before advertising, refunds and storage, orders earned {orders.size} more than {orders.against}.",
    ),
    "rollup_total.orders.down": (
        "Before advertising, refunds and storage, orders earned {orders.size} less than {orders.against}.",
    ),
    "rollup_total.orders.flat": (
        "Before advertising, refunds and storage, orders earned as much as {orders.against}.",
    ),
    "rollup_total.ads": (
        "Advertising cost {ads}, a TACoS of {tacos}.",
        "On advertising went {ads}, {tacos} of sales (TACoS).",
    ),
    "rollup_total.ads_alone": ("Advertising cost {ads}.", "On advertising went {ads}."),
    "rollup_total.tacos": ("TACoS came to {tacos}.", "{tacos} of sales went into advertising (TACoS)."),
    "rollup_total.left_out": (
        "Left out of the profit are {left_out} ({left_out_share} of those sold), as their costs or fees are not known.",
        "Not in the profit are {left_out} ({left_out_share} of those sold) whose costs or fees are not known.",
    ),
    "rollup_total.open": (
        "Settlements of each store reach to {until} at least; later days have estimated fees, and their refunds, "
        "storage and other postings are still to come.",
        "Estimated in part: settlements of each store reach to {until} at least, and later refunds, storage and other "
        "postings are still to come.",
    ),
    "shop_sales.title_most.up": ("It moved sales most, upwards: {change.name}", "Most added sales: {change.name}"),
    "shop_sales.title_most.down": ("It moved sales most, downwards: {change.name}", "Most lost sales: {change.name}"),
    "shop_sales.title_most.flat": ("Sales unchanged: {change.name}",),
    "shop_sales.title.up": ("Sells more: {change.name}", "Sales up: {change.name}"),
    "shop_sales.title.down": ("Sells less: {change.name}", "Sales down: {change.name}"),
    "shop_sales.title.flat": ("Sells the same: {change.name}",),
    "shop_sales.lead.up": (
        "{change.name} sold {change.size} more {change.when} than {change.against}, in all {sales}.",
        "{change.When}, {change.name} sold {change.size} more than {change.against}, in all {sales}.",
    ),
    "shop_sales.lead.down": (
        "{change.name} sold {change.size} less {change.when} than {change.against}, in all {sales}.",
        "{change.When}, {change.name} sold {change.size} less than {change.against}, in all {sales}.",
    ),
    "shop_sales.lead.flat": ("{change.name} sold {sales} {change.when}, as much as {change.against}.",),
    "shop_sales.only.up": ("{change.name} sold {change.size} more {change.when} than {change.against}.",),
    "shop_sales.only.down": ("{change.name} sold {change.size} less {change.when} than {change.against}.",),
    "shop_sales.only.flat": ("{change.name} sold as much {change.when} as {change.against}.",),
    "shop_sales.percent.up": ("That is a rise of {percent.size}.", "Its sales rose {percent.size}."),
    "shop_sales.percent.down": ("That is a fall of {percent.size}.", "Its sales fell {percent.size}."),
    "shop_sales.percent.flat": ("Of its sales, that is hardly anything.",),
    "shop_sales.share": ("Of all stores' sales it has {share}.", "Its part of all stores' sales is {share}."),
    "shop_sales.more.up": (
        "{change.name} sold {change.size} more, in all {sales}.",
        "At {change.name} it was {change.size} more, in all {sales}.",
    ),
    "shop_sales.more.down": (
        "{change.name} sold {change.size} less, in all {sales}.",
        "At {change.name} it was {change.size} less, in all {sales}.",
    ),
    "shop_sales.more.flat": ("{change.name} sold {sales}, as much as before.",),
    "shop_profit.title_loss": ("At a loss: {profit.name}", "Makes a loss: {profit.name}"),
    "shop_profit.title": ("Profit of {profit.name}", "What {profit.name} earned"),
    "shop_profit.lead": (
        "Profit of {profit.name} came to {profit} {profit.when}, a margin of {margin}.",
        "{profit.When}, profit of {profit.name} came to {profit}, a margin of {margin}.",
    ),
    "shop_profit.only": (
        "Profit of {profit.name} came to {profit} {profit.when}.",
        "{profit.When}, profit of {profit.name} came to {profit}.",
    ),
    "shop_profit.change.up": ("Before advertising, its orders earned {change.size} more than {change.against}.",),
    "shop_profit.change.down": ("Before advertising, its orders earned {change.size} less than {change.against}.",),
    "shop_profit.change.flat": ("Before advertising, its orders earned as much as {change.against}.",),
    "shop_profit.tacos": ("Its TACoS was {tacos}.", "{tacos} of its sales went into advertising (TACoS)."),
    "shop_profit.estimated": (
        "Not settled yet: {estimated|day|days}, with estimated fees and without refunds and storage.",
        "For {estimated|day|days} no settlement is in: fees are estimates, refunds and storage are still to come.",
    ),
    "shop_gaps.title_late": ("Orders are late: {late.name}", "Not up to date: {late.name}"),
    "shop_gaps.title": ("Data is missing: {days.name}", "Gaps in the data: {days.name}"),
    "shop_gaps.late": (
        "Orders of {late.name} reach only to {until}, and lack {late|day|days} of the week.",
        "Only to {until} reach the orders of {late.name}; {late|day|days} of the week are missing.",
    ),
    "shop_gaps.lead": (
        "{days.name} lacks {days|day|days} of data in {reports|report|reports}.",
        "In {reports|report|reports} of {days.name}, {days|day|days} of data are missing.",
    ),
    "shop_gaps.only": (
        "{days.name} lacks {days|day|days} of data.",
        "Of {days.name}, {days|day|days} of data are missing.",
    ),
    "shop_without_rate.title": ("No exchange rate: {days.name}", "Not in the sums: {days.name}"),
    "shop_without_rate.lead": (
        "{days.name} is in no sum here: {days|day|days} of the weeks have no exchange rate.",
        "No sum here holds {days.name}, as {days|day|days} of the weeks have no exchange rate.",
    ),
    "shop_without_rate.more": (
        "{days.name} is left out, too: {days|day|days} without a rate.",
        "Likewise left out is {days.name}: {days|day|days} without a rate.",
    ),
}
