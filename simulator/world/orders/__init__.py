"""Orders and their lives, from the marketplaces and from elsewhere. Which are placed: see world/business.py."""
