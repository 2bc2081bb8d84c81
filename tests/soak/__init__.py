"""Long runs under load, never in CI: `make soak`, `make soak ARGS="--minutes 30 restarts"`."""
