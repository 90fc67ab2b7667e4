"""How fast, how small, and how it grows: `python -m benchmarks` prints the table of docs/performance.md."""
