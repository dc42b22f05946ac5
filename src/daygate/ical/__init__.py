"""RFC 5545 for this product: reading, time zones per object, recurrence; imports domain only."""
