"""Who is concerned by what is held, and what changed for each of them.

Words: a *reader* is one mail address, whatever brought it here (a household that booked, an
exhibitor, a partner city); its *share* is what it has to do with one occurrence.

1. One publication is at most one mail to an address, with its own items only.
2. Moved and moved back between two publications is nothing.
3. Readers are found in a constant number of queries, however many there are.
"""
