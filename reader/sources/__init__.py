"""Match the files of a place, such as a folder, to the references of an article, and attach them as sources.

`candidate` holds what is known of a file, `places` yields the files, `matching` compares them with the references and says why,
`intake` runs over a whole place. Nothing here attaches a file that nobody has confirmed.
"""
