"""Whether anything is lost: programs are killed, calls fail, the power goes, the disk is full, files are damaged.

`python -m benchmarks faults` does all of it at length; the tests in `tests/faults` do the same in small numbers.
"""
