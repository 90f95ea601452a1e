"""Dagster, and nothing but Dagster: one file per concept. What is done stands in the packages beside this one."""
