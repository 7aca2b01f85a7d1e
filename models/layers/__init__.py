"""The layers that a model file may ask for: settings, shapes and weights, told without Keras."""
