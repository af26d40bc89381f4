"""What hosts tell after an activity: how many came, how that was counted, what to do better.

Words: a *host* is the organization that holds a session; a *return* is its form about one time
that the session was held.

Rules: one return for each time, changed until a deadline, never overwritten unseen; what a host
counted stays a source of its own, beside bookings and scans; where it cannot be right, that is
said and nothing is corrected.
"""
