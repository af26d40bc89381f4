"""The door: links for phones, scans, verdicts, and the counts that come of them.

Words: a *gate* is an entrance; a *door link* opens the scanner for one gate or one occurrence; a
*scan* is one attempt with its verdict; an *admission* is what counts.

Rules: the same client-made key is the same scan; a badge is admitted once per day at the gates and
once per occurrence, held by a unique constraint; a scan is kept even when it was refused or undone.
"""
