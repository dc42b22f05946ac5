"""`python -m daygate` is the command line."""

from daygate.cli.main import main

main()
