"""The benchmarks: `make bench` runs each `bench_*.py` here and prints a JSON object a line."""
