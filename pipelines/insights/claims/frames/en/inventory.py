"""The frames of English: the inventory brief. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames

DEMAND = (
    "Demand of the next four weeks: about {demand}, most likely {low} to {high}.",
    "Over the next four weeks, about {demand} are wanted, most likely {low} to {high}.",
)
BY_FORECAST = ("This is by the forecast of demand.", "It goes by the forecast of demand.")
BY_VELOCITY = (
    "Without a forecast, it goes by units a day in stock.",
    "This is by units a day in stock, as there is no forecast.",
)
BY_BOTH = (
    "This is by the forecast of demand, and by units a day in stock where there is none.",
    "It goes by the forecast of demand; where there is none, by units a day in stock.",
)

_ORDER = {
    "to_order.title": ("To order: {units.name}", "Order: {units.name}"),
    "to_order.title_late": ("Order now: {units.name}", "Overdue order: {units.name}"),
    "to_order.late": (
        "{units} of {units.name} should have been ordered by {by} to come in time.",
        "{units.name} is overdue: {by} was the last day to order {units} in time.",
    ),
    "to_order.lead": (
        "{units} of {units.name} are to be ordered by {by}.",
        "By {by}, {units} of {units.name} are to be ordered.",
    ),
    "to_order.cost": ("At {unit_cost} each, that costs {cost}.", "They cost {cost}, at {unit_cost} each."),
    "to_order.only_cost": ("That costs {cost}.", "They cost {cost}."),
    "to_order.total": (
        "In all, {count} SKUs need an order within a week, for {total}.",
        "{count} SKUs need an order within a week, for {total} in all.",
    ),
    "to_order.count": (
        "In all, {count} SKUs need an order within a week.",
        "Within a week, {count} SKUs need an order.",
    ),
    "to_order.unpriced": (
        "Of {unpriced|SKU|SKUs} the unit cost is not known, so it is not in that sum.",
        "Not in that sum: {unpriced|SKU|SKUs} without a known unit cost.",
    ),
    "to_order.were_late": (
        "Of {late} of them the last day has passed.",
        "For {late} of them, the last day has passed.",
    ),
    "to_order.empty_inbound": (
        "Nothing is on hand; on the way: {inbound}.",
        "It is out of stock, with {inbound} on the way.",
    ),
    "to_order.empty": ("Nothing is on hand.", "It is out of stock."),
    "to_order.lasts_inbound": (
        "On hand, it lasts {cover}, until about {out}; on the way: {inbound}.",
        "What is on hand lasts {cover}, until about {out}; {inbound} are on the way.",
    ),
    "to_order.lasts": (
        "On hand, it lasts {cover}, until about {out}.",
        "What is on hand lasts {cover}, until about {out}.",
    ),
    "to_order.lost": (
        "Ordered today, it still comes too late for about {lost} of sales.",
        "Even if it is ordered today, about {lost} of sales are lost until it is there.",
    ),
    "to_order.demand": DEMAND,
    "to_order.lead_time": (
        "It takes {lead|day|days} from the order until it can be sold.",
        "From the order until it can be sold, it takes {lead|day|days}.",
    ),
    "to_order.assumed": (
        "How long an order takes is not known of it; {assumed|day is|days are} assumed, as set for the store.",
        "Assumed, as set for the store: {assumed|day|days} from the order until it can be sold; its own are not known.",
    ),
    "to_order.by_forecast": BY_FORECAST,
    "to_order.by_velocity": BY_VELOCITY,
    "to_order.by_both": BY_BOTH,
    "to_order.more_cost": (
        "{units.name}: {units}, due {by}, for {cost}.",
        "Due {by}: {units} of {units.name}, for {cost}.",
    ),
    "to_order.more": ("{units.name}: {units}, due {by}.", "Due {by}: {units} of {units.name}."),
}
_LOST = {
    "lost_sales.title": ("Sales lost while out of stock: {lost.name}", "Out of stock cost sales: {lost.name}"),
    "lost_sales.total": (
        "{count} SKUs were out of stock on some days {total.when}, which cost about {total} of sales.",
        "{total.When}, days out of stock of {count} SKUs cost about {total} of sales.",
    ),
    "lost_sales.days": (
        "{lost.name} was out for {days|day|days} {lost.when}: about {lost} of sales.",
        "For {days|day|days} {lost.when} there was no {lost.name}: about {lost} of sales.",
    ),
    "lost_sales.lead": (
        "Days out of stock of {lost.name} cost about {lost} of sales {lost.when}.",
        "{lost.When}, days out of stock of {lost.name} cost about {lost} of sales.",
    ),
    "lost_sales.units": (
        "In stock it sells {velocity}, which makes {units} not sold.",
        "That is {units} not sold, as it sells {velocity} while in stock.",
    ),
    "lost_sales.only_units": ("That is {units} not sold.", "About {units} were not sold."),
    "lost_sales.more_days": (
        "{lost.name}: {days|day|days} out, about {lost}.",
        "Out for {days|day|days}, {lost.name} lost about {lost}.",
    ),
    "lost_sales.more": ("{lost.name}: about {lost}.", "About {lost} are of {lost.name}."),
}
_CLEAR = {
    "to_clear.title": ("To clear: {surplus.name}", "Too much stock: {surplus.name}"),
    "to_clear.title_aged": ("Growing old: {surcharge.name}", "Old stock: {surcharge.name}"),
    "to_clear.lead_cost": (
        "{surplus} of {surplus.name} are more than ninety days of high demand take; they cost {cost}.",
        "Of {surplus.name}, {surplus} are beyond ninety days of high demand; {cost} is tied up in them.",
    ),
    "to_clear.lead": (
        "{surplus} of {surplus.name} are more than ninety days of high demand take.",
        "Of {surplus.name}, {surplus} are beyond ninety days of high demand.",
    ),
    "to_clear.lead_aged": (
        "{aged} of {surcharge.name} have lain for more than half a year; the next surcharge for that is {surcharge}.",
        "For {aged} of {surcharge.name} that have lain for more than half a year, the next surcharge is {surcharge}.",
    ),
    "to_clear.lead_surcharge": (
        "The next surcharge for the age of {surcharge.name} is {surcharge}.",
        "{surcharge.name} will cost a surcharge for age: {surcharge} at the next charge.",
    ),
    "to_clear.keeping": (
        "A month of keeping it costs about {keeping}.",
        "Keeping it costs about {keeping} a month.",
    ),
    "to_clear.cover": ("On hand: {held}, which lasts {cover}.", "It lasts {cover}, with {held} on hand."),
    "to_clear.aged": (
        "{aged} have lain for more than half a year, for a surcharge of {surcharge} at the next charge.",
        "More than half a year old: {aged}, for a surcharge of {surcharge} at the next charge.",
    ),
    "to_clear.surcharge": (
        "The next surcharge for its age is {surcharge}.",
        "For its age, {surcharge} is due at the next charge.",
    ),
    "to_clear.old": ("{aged} have lain for more than half a year.", "More than half a year old: {aged}."),
    "to_clear.storage": (
        "All of it cost {storage} of storage {storage.when}.",
        "Storage of all of it cost {storage} {storage.when}.",
    ),
    "to_clear.of_value": (
        "Surplus stock of {count|SKU|SKUs} ties up {total}, of {value} that all stock costs.",
        "In all, {total} of {value} at cost is surplus, of {count|SKU|SKUs}.",
    ),
    "to_clear.total": (
        "Surplus stock of {count|SKU|SKUs} ties up {total}.",
        "In all, {total} at cost is surplus, of {count|SKU|SKUs}.",
    ),
    "to_clear.keeping_total": (
        "Keeping what is to be cleared of {count} SKUs costs about {keeping_total} a month.",
        "About {keeping_total} a month goes into keeping what is to be cleared of {count} SKUs.",
    ),
    "to_clear.more_keeping": (
        "{surplus.name}: {surplus} too many, about {keeping} a month.",
        "About {keeping} a month: {surplus} too many of {surplus.name}.",
    ),
    "to_clear.more": ("{surplus.name}: {surplus} too many.", "Too many as well: {surplus} of {surplus.name}."),
    "to_clear.more_surcharge": (
        "{surcharge.name}: a surcharge of {surcharge} for its age.",
        "For its age, {surcharge.name} will cost {surcharge}.",
    ),
}
_UNSOLD = {
    "stranded_stock.title": ("Stranded: {units.name}", "No listing sells it: {units.name}"),
    "stranded_stock.lead_cost": (
        "{units} of {units.name} lie at Amazon without a listing that sells; they cost {cost}.",
        "No listing sells {units} of {units.name}; {cost} is tied up in them.",
    ),
    "stranded_stock.lead": (
        "{units} of {units.name} lie at Amazon without a listing that sells.",
        "No listing sells {units} of {units.name}.",
    ),
    "stranded_stock.total": (
        "In all, {total} of {count} SKUs are stranded.",
        "{count} SKUs have stranded stock, {total} in all.",
    ),
    "stranded_stock.more": ("{units.name}: {units}.", "Of {units.name}: {units}."),
    "unsellable_stock.title": ("Cannot be sold: {units}", "Unsellable stock: {units}"),
    "unsellable_stock.lead": (
        "{units} of {count|SKU|SKUs} cannot be sold.",
        "Of {count|SKU|SKUs}, {units} cannot be sold.",
    ),
    "unsellable_stock.only": ("{units} cannot be sold.", "Not to be sold: {units}."),
    "unsellable_stock.cost": ("They cost {cost}.", "Their cost was {cost}."),
    "unsellable_stock.removing": (
        "Being removed: {removing}.",
        "Removals of {removing} are in process.",
    ),
    "unsellable_stock.fees": ("Removals cost {fees} {fees.when}.", "{fees.When}, removals cost {fees}."),
    "reserved_stock.title": ("Reserved: {units}", "Held back: {units}"),
    "reserved_stock.lead": ("{units} are reserved.", "Reserved stock: {units}."),
    "reserved_stock.split": (
        "For customers' orders: {orders}; between warehouses: {transfer}; being worked on: {processing}.",
        "Of these, {orders} are for customers' orders, {transfer} are between warehouses, and {processing} are being "
        "worked on.",
    ),
    "reserved_stock.orders": ("For customers' orders: {orders}.", "Of these, {orders} are for customers' orders."),
}

FRAMES: Frames = {**_ORDER, **_LOST, **_CLEAR, **_UNSOLD}
