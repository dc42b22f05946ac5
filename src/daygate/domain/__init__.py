"""WORDS: frozen dataclasses and pure functions of the whole house; imports the standard library only."""
