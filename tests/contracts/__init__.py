"""What must hold of the house as a whole."""
