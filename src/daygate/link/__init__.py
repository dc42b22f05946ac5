"""RULES: letting a person's calendar account in and keeping it alive; imports providers, store, work and below."""
