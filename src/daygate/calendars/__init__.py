"""RULES: what the API means; imports occurrences, store and below."""
