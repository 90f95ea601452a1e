"""Data Kiosk 2023-11-15: queries, their documents, and the part of Amazon's schemas that this world can answer."""
