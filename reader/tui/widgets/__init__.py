"""The widgets: each draws by line what it is given, and posts messages up; none knows another."""
