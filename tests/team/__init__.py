"""A team's library: what is kept in stores, on servers in this process and on a real one."""
