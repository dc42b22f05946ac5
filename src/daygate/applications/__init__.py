"""RULES: what a developer owns; imports store, work and below."""
