"""OUTSIDE: a small world served in the services' own wire formats; imports ical and domain."""
