"""Speed and exactness against the field, each tool in a process of its own, all on the same texts."""
