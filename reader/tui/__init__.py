"""What is seen: the terminal screens. The only room that imports textual."""
