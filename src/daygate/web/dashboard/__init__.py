"""FACES of the dashboard: what developers and operators see once they are signed in."""
