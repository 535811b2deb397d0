"""The lists of the panel, one file for each: what its columns, filters and actions are. `every` knows all of them."""
