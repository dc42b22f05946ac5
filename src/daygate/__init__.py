"""Daygate stands between applications and people's calendars; start reading at `app.py`."""
