"""Faults on request: `rules` says which rule strikes which request, `mutations` bends documents on their way out.

Faults of transport are carried out in apis/transport.py and apis/server.py, outcomes of reports in the room of each
API. Documents as users have met them are no faults: see documents/amazon_sp/as_met.py.
"""
