"""OUTSIDE: one folder per provider behind one door (); imports kit, domain, ical."""
