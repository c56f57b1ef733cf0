"""Commands: what ``smallwin`` does, grouped by who needs it."""
