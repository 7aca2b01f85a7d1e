"""How long a test waits for what must come: ample, as a machine may do much else meanwhile."""

TIMEOUT_S = 120
TIMEOUT_MS = 1000 * TIMEOUT_S
TRAINED_WITHIN_MS = 2 * TIMEOUT_MS  # a training gives way to whatever else the machine does
