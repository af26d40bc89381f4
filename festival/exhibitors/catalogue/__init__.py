"""What the city shows of its learning providers: the catalogue, its map, and it as open data.

Words: an *entry* is one exhibitor as everybody sees it; a *learning place* is where an organization
teaches all year.  Three rules: nobody stands in it before they were told that they are in; no
contact person ever; it stays readable when the festival is over.
"""
