"""TOOLS that know no calendar: cryptography, outgoing HTTP, logs; imports no other room."""
