"""Pure rules: the constraints, the weights, the reasons, and what a drawing may hold.

``facts`` are what they are told, ``constraints`` the one home of what can be wrong with a stand,
``weighing`` what makes a plan better, ``explaining`` why a plan is as it is, ``drawing`` where
stands lie and may lie.
"""
