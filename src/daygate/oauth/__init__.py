"""RULES: the authorization server; knows no calendar service; imports store, work and below."""
