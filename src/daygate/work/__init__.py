"""OUTSIDE: things to do later, written in the transaction of their reason; imports store and below."""
