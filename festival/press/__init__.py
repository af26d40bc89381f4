"""The media: releases, pictures with their papers in order, and one kit that is always current.

Words: a *release* is a text for the media; an *embargo* is the instant before which nothing of it
shows; a *press picture* carries caption, creator, credit, licence and alt text; the *kit* holds
all of it.

Rules: before its embargo a release gives away neither text nor title anywhere; a picture whose
papers are incomplete blocks the kit by name; a child's picture without consent never enters.
"""
