"""The rows of Amazon Ads reports (reporting v3), by ad product."""
