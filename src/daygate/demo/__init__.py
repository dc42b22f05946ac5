"""One command's worth of product: sandbox, sample application and Daygate wired together on loopback."""
