"""The screens: the library, the reading screen, and the small ones that open over it."""
