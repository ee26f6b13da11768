"""Road network for emergency dispatch and the questions asked of it.

A library of its own: it never imports the application around it.
"""
