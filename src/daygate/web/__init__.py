"""FACES: parse, ask one rule, render; no SQL, no provider, no decision."""
