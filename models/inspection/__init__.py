"""What is in a model file, read without Keras running any of it."""
