"""Real processes that stop, are killed, lose their database or their disk, while members book."""
