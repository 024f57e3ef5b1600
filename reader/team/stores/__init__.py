"""The stores that hold a team's objects: one protocol, and the places that people have.

`parse_place` reads what a person wrote. Importing this package loads no client of a store.
"""

from reader.team.stores.connection import open_store
from reader.team.stores.object_store import Entry, ObjectStore, StoreError, is_name
from reader.team.stores.place import TeamPlace, parse_place

__all__ = ["Entry", "ObjectStore", "StoreError", "TeamPlace", "is_name", "open_store", "parse_place"]
