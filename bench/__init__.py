"""What a request costs, as a ratio against a bare ASGI handler that runs the same statement."""
