"""The codebook screen: the tree of all tags, the card of the one in hand, and what one can do with tags."""
