"""Pure rules of the catalogue: what an entry is, finding, the map, and what is refused."""
