"""What is measured, and against which floor: see docs/performance.md."""
