"""Figures of docs/performance.md. `make bench` runs all, `python -m benchmarks NAME…` some."""
