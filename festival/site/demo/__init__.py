"""The sample festival: three days in Luminara, an invented city of 92,000 inhabitants.

``flask --app festival seed-demo`` fills an empty installation, in development only.  Everything
is written through the rooms' own actions, so that what one sees is what the house really does.
The texts lie in ``texts/`` as lines with ``|`` between the columns.

Rules: the same seed and the same day give the same festival (secrets and public codes apart);
the first day is the day of seeding, so that the pages are alive; every person is invented.
"""
