"""For those who write plugins: start one, and check it.

Runs in the controller, which imports no stranger's code: what has to be imported is, in processes of an environment of
its own.
"""
