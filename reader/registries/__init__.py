"""Registries of works and the list of retractions: what others have recorded about the works that an article cites.

`look_up_health` gives a review what is known already, without the network. `check_records` asks the registries.
"""
