"""The API under `/v1`: parse, ask one rule, render."""
