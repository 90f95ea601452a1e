"""The APIs of Amazon: reports and Data Kiosk of SP-API (`sp_*`, `data_kiosk*`), Amazon Ads (`ads`), and their tokens.

`sp_reports`, `data_kiosk` and `ads` each hold a `base.Source`; the other modules serve them. `notifications` reads what
Amazon tells by itself.
"""
