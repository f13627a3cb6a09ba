"""Measurements: each `bench_*.py` has a `measure()` that returns rows; `make bench` runs all.

The one rule: a row names its unit and, where the machine matters, the ratio to another row of
the same run, since that is what two machines can compare.
"""
