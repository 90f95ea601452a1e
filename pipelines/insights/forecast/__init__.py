"""The forecast of demand by SKU: what will be sold on each of the next days, how sure that is, and how stock stands.

`history` reads the marts, `models` forecasts, `backtest` measures and chooses, `store` keeps the newest forecast of
each store in `insights.demand_forecasts`, and `outlook` says when stock runs out and what to order. The libraries
(statsmodels, scipy, pandas) are imported in functions only: they take a second, and most commands need none of them.
"""
