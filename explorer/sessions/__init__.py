"""What a user has made of a model, in a file: written, read and checked."""
