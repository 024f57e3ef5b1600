"""Inspect, repair and purge a library folder. Doors: `doctor.examined`, `repair.planned`, `purge.purged`."""
