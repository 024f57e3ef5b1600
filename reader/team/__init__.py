"""A team's library: the articles that its members share through a place that they have already, such as a bucket.

`stores` keeps the objects. A store is used by nobody but this package.
"""
