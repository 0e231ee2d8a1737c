"""The report of one patient: one page as HTML or PDF, and a note in plain text.

compose.py decides what stands on it, shorten.py what is left out where it does not fit; the renderers only
lay it out. Page and command line share all of it, so that both give the same bytes.
"""
