"""Keras autoencoders, their data, their training and the process that runs them.

Nothing here imports Qt, and nothing imports Keras until a function needs it.
"""
