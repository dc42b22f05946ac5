"""The steps that bring a database from one shape to the next, in order; never edited once out."""
