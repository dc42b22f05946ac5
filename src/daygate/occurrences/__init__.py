"""RULES: the served copy of the calendars; imports store, ical and below."""
