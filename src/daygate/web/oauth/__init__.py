"""FACES of the authorization server: its pages and its endpoints for programs."""
