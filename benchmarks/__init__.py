"""What the program costs, measured in a pseudo-terminal beside two baselines. `python -m benchmarks` prints the tables."""
