"""RULES: letting a calendar account in and keeping it alive; imports providers, store, work."""
