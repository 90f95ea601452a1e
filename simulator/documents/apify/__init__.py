"""Crawls of Apify: what a run's input names, and its items in the shapes of two actors. The API is in apis/apify."""
