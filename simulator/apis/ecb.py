"""The European Central Bank's files of reference rates, as it serves them: by name, plain or zipped. No other rates."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

from simulator.apis.simulation import Simulation
from simulator.apis.wire import Call, Reply
from simulator.documents.exchange_rates import ecb_history_csv, ecb_xml
from simulator.world.money.exchange_rates import last_fixing

ZIP_TIME = (2026, 1, 1, 0, 0, 0)


def identify(call: Call, sim: Simulation) -> None:
    """Anybody may ask."""
    call.detail = {"file": call.path_params["name"]}


def rates(call: Call, sim: Simulation) -> Reply:
    """A file as of the business clock; 404 for a name that the bank does not use."""
    seed, first, today = sim.world.seed, sim.world.fx_first_day, sim.clock.business().date()
    newest = last_fixing(today)
    match call.path_params["name"]:
        case "eurofxref-daily.xml":
            return _reply(ecb_xml(seed, newest, newest), "text/xml")
        case "eurofxref-hist-90d.xml":
            return _reply(ecb_xml(seed, max(first, today - timedelta(days=90)), today), "text/xml")
        case "eurofxref-hist.csv":
            return _reply(ecb_history_csv(seed, first, today), "text/csv")
        case "eurofxref-hist.zip":
            return _zipped("eurofxref-hist.csv", ecb_history_csv(seed, first, today))
    return Reply(404, b"<html><body>Not found</body></html>", {"content-type": "text/html"})


def _reply(text: str, content_type: str) -> Reply:
    return Reply(200, text.encode(), {"content-type": content_type})


def _zipped(name: str, text: str) -> Reply:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, ZIP_TIME), text)
    return Reply(200, target.getvalue(), {"content-type": "application/zip"})
