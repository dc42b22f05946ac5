"""RULES: calendar service to store; imports link, occurrences, work, store and below."""
