"""The frames of English: the month in money. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

_VS = (
    "Profit came to {value} {value.when} ({margin} of revenue without VAT), ",
    "{value.When}, profit came to {value} ({margin} of revenue without VAT), ",
)

FRAMES: Frames = {
    "month_profit.title.loss": ("A loss {value.when}: {value}", "A month at a loss: {value}"),
    "month_profit.title": ("Profit {value.when}: {value}", "The month's profit: {value}"),
    "month_profit.vs.up": tuple(f"{begin}{{change.size}} more than {{change.against}}." for begin in _VS),
    "month_profit.vs.down": tuple(f"{begin}{{change.size}} less than {{change.against}}." for begin in _VS),
    "month_profit.vs.flat": tuple(f"{begin}as much as {{change.against}}." for begin in _VS),
    "month_profit.lead": (
        "Profit came to {value} {value.when}, a margin of {margin} of revenue without VAT.",
        "{value.When}, profit came to {value}: {margin} of revenue without VAT.",
    ),
    "month_profit.only": ("Profit came to {value} {value.when}.", "{value.When}, profit came to {value}."),
    "month_profit.change.up": ("That profit is {change.size} more than {change.against}.",),
    "month_profit.change.down": ("That profit is {change.size} less than {change.against}.",),
    "month_profit.change.flat": ("That profit is as much as {change.against}.",),
    "month_profit.before": ("Profit was {before} {before.when}.",),
    "month_profit.orders.vs.up": (
        "Before advertising, refunds and storage, orders earned {orders}, {orders_change.size} more than "
        "{orders_change.against}.",
        "The orders themselves earned {orders} before advertising, refunds and storage, {orders_change.size} more than "
        "{orders_change.against}.",
    ),
    "month_profit.orders.vs.down": (
        "Before advertising, refunds and storage, orders earned {orders}, {orders_change.size} less than "
        "{orders_change.against}.",
        "The orders themselves earned {orders} before advertising, refunds and storage, {orders_change.size} less than "
        "{orders_change.against}.",
    ),
    "month_profit.orders.vs.flat": (
        "Before advertising, refunds and storage, orders earned {orders}, as much as {orders_change.against}.",
    ),
    "month_profit.orders_alone.up": (
        "Before advertising, refunds and storage, orders earned {orders_change.size} more than "
        "{orders_change.against}.",
    ),
    "month_profit.orders_alone.down": (
        "Before advertising, refunds and storage, orders earned {orders_change.size} less than "
        "{orders_change.against}.",
    ),
    "month_profit.orders_alone.flat": (
        "Before advertising, refunds and storage, orders earned as much as {orders_change.against}.",
    ),
    "month_profit.orders": (
        "Before advertising, refunds and storage, orders earned {orders}.",
        "The orders themselves earned {orders} before advertising, refunds and storage.",
    ),
    "month_profit.orders_before": ("Orders earned {orders_before} {orders_before.when}.",),
    "month_profit.lengths": (
        "It has {days} days, the month before {days_before}.",
        "Its length differs: {days} days against {days_before}.",
    ),
    "month_profit.year.up": ("Against {year.against}, profit is {year.size} higher.",),
    "month_profit.year.down": ("Against {year.against}, profit is {year.size} lower.",),
    "month_profit.year.flat": ("Against {year.against}, profit is the same.",),
    "month_profit.orders_year.up": (
        "Against {orders_year.against}, orders earned {orders_year.size} more before advertising.",
    ),
    "month_profit.orders_year.down": (
        "Against {orders_year.against}, orders earned {orders_year.size} less before advertising.",
    ),
    "month_profit.orders_year.flat": ("Against {orders_year.against}, orders earned the same before advertising.",),
    "month_profit.year_ago": ("A year earlier, {year_ago.when}, profit was {year_ago}.",),
    "month_profit.orders_year_ago": (
        "A year earlier, {orders_year_ago.when}, orders earned {orders_year_ago} before advertising.",
    ),
    "month_profit.tacos": ("TACoS came to {tacos}.", "{tacos} of sales went into advertising (TACoS)."),
    "month_profit.tacos.vs.up": ("TACoS rose {tacos_change.size} against {tacos_change.against}, to {tacos}.",),
    "month_profit.tacos.vs.down": ("TACoS fell {tacos_change.size} against {tacos_change.against}, to {tacos}.",),
    "month_profit.tacos.vs.flat": ("TACoS stayed near {tacos}.",),
    "month_profit.tacos_before": ("TACoS was {tacos_before} {tacos_before.when}.",),
    "month_profit.known_from": (
        "Sales are known from {known_from} on; the days before it are not in it.",
        "What was sold before {known_from} is not known, and not in it.",
    ),
    "month_profit.left_out": (
        "Left out are {left_out_share} of the units sold, as their costs or fees are not known.",
    ),
    "month_profit.without_ads": (
        "Days whose advertising is not in yet: {without_ads}; profit is shown too high by it.",
    ),
    "month_profit.open_until": (
        "Settlements reach to {until}: for {estimated|day|days} fees are estimates, and refunds, storage and other "
        "postings are still to come.",
        "Estimated is the profit of {estimated|day|days}: settlements reach to {until}, and later refunds, storage and "
        "other postings are still to come.",
    ),
    "month_profit.open": (
        "No settlement is in: for {estimated|day|days} fees are estimates, and refunds, storage and other postings are "
        "still to come.",
    ),
    "month_profit.ads_open": (
        "Settlements cover the month; Amazon may still change the advertising of {ads_open|day|days}.",
        "Covered by settlements is the whole month; the advertising of {ads_open|day|days} may still change.",
    ),
    "month_profit.estimated_fees": (
        "Of its units, {estimated_fees} still have fees that are estimates in part.",
        "Fees are still estimates for {estimated_fees} of its units, wholly or in part.",
    ),
    "month_parts.title.total.up": ("What raised the profit", "Why there is more profit"),
    "month_parts.title.total.down": ("What lowered the profit", "Why there is less profit"),
    "month_parts.title.total.flat": ("What moved within the profit",),
    "month_parts.title": ("What moved the profit",),
    "month_parts.total.up": (
        "Profit {total.when} is {total.size} higher than {total.against}.",
        "{total.When}, profit is {total.size} higher than {total.against}.",
    ),
    "month_parts.total.down": (
        "Profit {total.when} is {total.size} lower than {total.against}.",
        "{total.When}, profit is {total.size} lower than {total.against}.",
    ),
    "month_parts.total.flat": ("Profit {total.when} is as high as {total.against}.",),
    "month_parts.orders.up": (
        "Before advertising, orders earned {orders.size} more {orders.when} than {orders.against}.",
        "{orders.When}, orders earned {orders.size} more before advertising than {orders.against}.",
    ),
    "month_parts.orders.down": (
        "Before advertising, orders earned {orders.size} less {orders.when} than {orders.against}.",
        "{orders.When}, orders earned {orders.size} less before advertising than {orders.against}.",
    ),
    "month_parts.orders.flat": ("Before advertising, orders earned as much {orders.when} as {orders.against}.",),
    "month_parts.lead.up": (
        "{change.name} added {change.size} to the profit {change.when} (now {value}).",
        "{change.name} brought {change.size} more {change.when} (now {value}).",
    ),
    "month_parts.lead.down": (
        "{change.name} took {change.size} off the profit {change.when} (now {value}).",
        "{change.name} cost {change.size} of profit {change.when} (now {value}).",
    ),
    "month_parts.lead.flat": ("{change.name} stayed at {value} {change.when}.",),
    "month_parts.only.up": ("{change.name} added {change.size}.", "{change.name} brought {change.size} more."),
    "month_parts.only.down": ("{change.name} took {change.size} off it.", "{change.name} cost {change.size} of it."),
    "month_parts.only.flat": ("{change.name} did not change.",),
    "month_parts.more.up": ("{change.name} added {change.size} (now {value}).",),
    "month_parts.more.down": ("{change.name} took off {change.size} (now {value}).",),
    "month_parts.more.flat": ("{change.name} stayed at {value}.",),
    "month_parts.before": ("It was {before} {before.when}.",),
    "month_parts.year.up": ("Against {year.against}, {year.name} added {year.size} to the profit.",),
    "month_parts.year.down": ("Against {year.against}, {year.name} took {year.size} off the profit.",),
    "month_parts.year.flat": ("Against {year.against}, {year.name} did not change.",),
    "month_parts.year_ago": ("A year earlier, {year_ago.when}, it was {year_ago}.",),
    "month_sku_profit.title.up": ("Earns more: {change.name}", "Profit up: {change.name}"),
    "month_sku_profit.title.down": ("Earns less: {change.name}", "Profit down: {change.name}"),
    "month_sku_profit.title.flat": ("Earns the same: {change.name}",),
    "month_sku_profit.lead.up": (
        "{change.name} earned {profit} {profit.when} before advertising, {change.size} more than {change.against}.",
        "Before advertising, {change.name} earned {profit} {profit.when}, {change.size} more than {change.against}.",
    ),
    "month_sku_profit.lead.down": (
        "{change.name} earned {profit} {profit.when} before advertising, {change.size} less than {change.against}.",
        "Before advertising, {change.name} earned {profit} {profit.when}, {change.size} less than {change.against}.",
    ),
    "month_sku_profit.lead.flat": ("{change.name} earned {profit} {profit.when} before advertising.",),
    "month_sku_profit.only.up": ("{change.name} earned {change.size} more before advertising.",),
    "month_sku_profit.only.down": ("{change.name} earned {change.size} less before advertising.",),
    "month_sku_profit.only.flat": ("{change.name} earned the same before advertising.",),
    "month_sku_profit.more.up": (
        "{change.name} earned {change.size} more, in all {profit}.",
        "Likewise, {change.name} earned {change.size} more, in all {profit}.",
    ),
    "month_sku_profit.more.down": (
        "{change.name} earned {change.size} less, in all {profit}.",
        "Likewise, {change.name} earned {change.size} less, in all {profit}.",
    ),
    "month_sku_profit.more.flat": ("{change.name} earned {profit}.",),
    "losing_skus.title": ("Loses money: {loss.name}", "At a loss: {loss.name}"),
    "losing_skus.lead_many": (
        "After their ads, {count} SKUs lost {total} {loss.when}, {loss.name} among them {loss}.",
        "{loss.When}, {count} SKUs lost {total} after their ads, {loss.name} among them {loss}.",
    ),
    "losing_skus.lead": (
        "After its ads, {loss.name} lost {loss} {loss.when}.",
        "{loss.When}, {loss.name} lost {loss} after its ads.",
    ),
    "losing_skus.by_ads": (
        "Before its ads it earned {before}, and the ads cost {ads}.",
        "Its ads cost {ads}, and before them it earned {before}.",
    ),
    "losing_skus.with_ads": (
        "Before its ads it came to {before} already; the ads cost {ads}.",
        "It came to {before} before its ads, which cost {ads}.",
    ),
    "losing_skus.without_ads": (
        "Without any advertising it came to {before}.",
        "Advertising is not the reason: without any it came to {before}.",
    ),
    "losing_skus.ads": ("Its ads cost {ads}.", "It was advertised for {ads}."),
    "losing_skus.revenue": (
        "Its revenue without VAT was {revenue}.",
        "It brought {revenue} of revenue without VAT.",
    ),
    "left_out_of_profit.title.cost": ("Costs of units are not known", "Profit is known in part: costs are missing"),
    "left_out_of_profit.title": ("Fees of units are not known", "Profit is known in part"),
    "left_out_of_profit.lead": (
        "Left out of the profit {units.when} are {units}, {share} of those sold.",
        "Not in the profit {units.when} are {units}, {share} of those sold.",
    ),
    "left_out_of_profit.only": (
        "Left out of the profit {units.when} are {units}.",
        "Not in the profit {units.when} are {units}.",
    ),
    "left_out_of_profit.both": (
        "Of {no_cost} nobody has said what they cost, and of {no_fees} the fees are not known.",
        "Costs are missing for {no_cost}, fees for {no_fees}.",
    ),
    "left_out_of_profit.no_cost": (
        "Nobody has said what {no_cost} cost.",
        "Costs are missing for {no_cost}.",
    ),
    "left_out_of_profit.no_fees": (
        "Fees are missing for {no_fees}: neither settled nor estimated.",
        "For {no_fees}, fees are neither settled nor estimated.",
    ),
    "left_out_of_profit.sku": ("Of {of_sku.name} it is {of_sku}.", "{of_sku.name} alone has {of_sku} of them."),
    "left_out_of_profit.sku_revenue": ("{sku_revenue.name} sold {sku_revenue} without VAT.",),
    "left_out_of_profit.revenue": (
        "Together they sold {revenue} without VAT.",
        "Their revenue without VAT was {revenue}.",
    ),
    "month_settlements.title": ("Settlements {count.when}",),
    "month_settlements.lead": (
        "{count|settlement|settlements} ended {count.when} and came to {total}.",
        "{count.When}, {count|settlement|settlements} ended and came to {total}.",
    ),
    "month_settlements.only": (
        "{count|settlement|settlements} ended {count.when}.",
        "{count.When}, {count|settlement|settlements} ended.",
    ),
    "month_settlements.one_paid": (
        "The one of {first} to {last} came to {amount}, with {paid} as the day of its deposit.",
        "For {first} to {last} it was {amount}, deposited on {paid}.",
    ),
    "month_settlements.one": (
        "The one of {first} to {last} came to {amount}.",
        "For {first} to {last} it was {amount}.",
    ),
    "month_settlements.amount": ("One of them came to {amount}.",),
    "month_settlements.first": ("One of them begins on {first}.",),
    "month_settlements.last": ("One of them ends on {last}.",),
    "month_settlements.paid": ("One of them has {paid} as the day of its deposit.",),
}
