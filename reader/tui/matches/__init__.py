"""The files of a place beside the references they were matched to: the sure ones as a block, the likely ones one by one."""
