"""OUTSIDE: a small world of people and calendars served in the services' own wire formats; imports ical and domain."""
