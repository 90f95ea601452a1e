"""Shopify's Admin API in GraphQL: `schema` knows queries and their costs, `admin` answers, `stock` sets quantities."""
