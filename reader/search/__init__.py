"""Search over everything: texts, claims, notes, tags, evidence, references and sources of a library, by one query.

`words` and `plan` say what a query looks for, `documents` what there is to find, `database` is the index on the disk, `index`
keeps it up to date and searches it. The index holds nothing that the library does not hold. `place` says where it is, which
every window asks, also in libraries that were never searched: so nothing is loaded with the package.
"""
