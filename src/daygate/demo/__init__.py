"""Sandbox, sample application and Daygate wired together on loopback by one command."""
