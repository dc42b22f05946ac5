"""RULES: the authorization server; has never heard of a calendar service; imports store, work and below."""
