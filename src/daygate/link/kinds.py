"""The kinds of work that keep a linked account alive; `worker` maps each to its function."""

LIST_CALENDARS = "list"
"""Key: a profile. Read its list of calendars, then ask for a pull of each that changed."""

PULL = "pull"
"""Key: a calendar. Read its changes from the service."""

ROLL = "roll"
"""Key: a calendar. Move its window of occurrences on; daily."""

FORGET = "forget"
"""Key: a profile. Nobody may see it any more: let go of its credential and its copy."""
