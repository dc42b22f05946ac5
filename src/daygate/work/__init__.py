"""OUTSIDE: things to do later, rows of the same transaction; imports store and below."""
