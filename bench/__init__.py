"""What Muster costs, measured: `python -m bench` prints the table of docs/performance.md."""
