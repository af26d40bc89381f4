"""When which vehicle comes to which gate.

A gate is a way in for vehicles.  A slot is a span of time at a gate in which so many vehicles can
be unloaded (set-up) or loaded (dismantling).  An exhibitor has at most one slot of each kind.
Three rules: no slot has more vehicles than it holds, whatever happens at once; a vehicle that is
too long is told which gate takes it; a booked slot never moves without a mail.
"""
