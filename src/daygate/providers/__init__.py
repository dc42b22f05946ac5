"""OUTSIDE: one folder per provider behind one door, `base.py`; imports kit, domain and ical."""
