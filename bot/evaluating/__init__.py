"""Evaluating: how well owners are understood, on wishes with known answers and by owners who follow a script."""
