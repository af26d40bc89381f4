"""The printable pack: one PDF with everything that an exhibitor needs on the day.

Words: the *facts* are what the rooms know about one exhibitor; the *sheet* is the facts in words of
one language, laid out by ``typst/pack.typ``; its *digest* says whether a pack is still true.

Rules: a pack is made by the worker and only on paper what the portal shows; it is made anew when a
fact has changed; its own organization and the organizers can download it, and nobody else.
"""
