"""Evals: wishes and owners that the coach is measured by; one half of the wishes is read by nobody who tunes it."""
