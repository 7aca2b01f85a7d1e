"""What is on the screen, as data: numpy and QtCore, no widgets."""
