"""Production: what it refuses, and a club that is safe to open."""
