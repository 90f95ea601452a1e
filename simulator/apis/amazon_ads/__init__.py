"""Amazon Ads: profiles and reporting v3, and what a report request may hold."""
