"""An exhibitor's own calendar: its slots, what it holds, when its stand is open.

Each organization that takes part has at most one secret address that works; whoever speaks for it
can have a new one made, and the old one opens nothing from then on.  The calendar shows what is
told elsewhere and decides nothing.
"""
