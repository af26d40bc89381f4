"""The constraint solver: an order in plain numbers goes out, a plan comes back.

``order`` puts a hall into numbers and reads the answer; ``running`` starts ``program`` in a process
of its own, with limits; only that program imports OR-Tools.
"""
