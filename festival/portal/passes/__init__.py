"""Team passes: how many an exhibitor has, whom each is for, and the badge that it becomes.

Words: the *quota* is what the organizers grant; *naming* a pass makes its badge; *taking back* ends
both and gives the place in the quota free.

Rules: never more passes than the quota, however many name at once; a pass has one badge that opens
the door; whoever loses the promised place loses every pass in the same unit of work.
"""
