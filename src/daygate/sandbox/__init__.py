"""OUTSIDE: people and calendars served in the services' wire formats; imports ical and domain."""
