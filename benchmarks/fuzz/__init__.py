"""Whether anything from outside crashes, freezes or swells the program: files broken and inflated at random.

`documents` are what people read, `pastes` what they paste, `annotations` what `reader import` takes, and `own_files` those of
the library and of the settings. Nothing that still can be read in those may be lost.
"""
