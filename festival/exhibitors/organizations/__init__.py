"""Organizations as records of their own: their people, likely doubles, and merging them.

Words: a *double* is an organization that was registered twice; *merging* moves everything that the
one has to the other and keeps the one as a pointer.

Rules: an organization always keeps somebody who speaks for it once there is anybody; two that both
take part in one edition are not merged; nothing is lost in merging and every line of it is in the
journal.
"""
