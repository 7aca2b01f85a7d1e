"""The window, and the command line that opens it."""
