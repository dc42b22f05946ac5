"""An ordinary OAuth client with a web page; it imports nothing of Daygate and speaks plain HTTP."""
