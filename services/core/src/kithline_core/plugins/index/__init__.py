"""A folder of wheels that an operator hosts: listed, described and signed."""
