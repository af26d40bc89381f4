"""Organizations that show what can be learned, from their application to the day itself.

Words: an *organization* is kept from edition to edition; an *application* is its wish to exhibit in
one edition; *exhibits* are courses, products and materials; an *activity offer* is something that
visitors do with their own hands.

Rules: a draft is saved at every step and resumed by a secret link; the moves between states are
one table; nobody reads or changes another organization's papers.
"""
