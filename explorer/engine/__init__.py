"""An engine seen from the window: requests, the newest of which wins, and the process."""
