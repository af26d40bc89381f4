"""Reminders of what a reader booked or holds: the evening before, and an hour before it starts.

1. What is due follows from the published programme alone; nothing is stored beside it, so a session
   that moves takes its reminder with it and one that is cancelled has none.
2. The evening is 18:00 on the festival's clock, whatever the clock does that night.
3. One mail to an address for a day, and one for a start: two workers at once make no second one.
"""
