"""WORDS: frozen dataclasses and pure functions; imports the standard library only."""
