"""Apify API v2: runs of actors, their datasets and their inputs."""
