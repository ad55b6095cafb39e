"""The daemon, seen from outside: started, judged, reached and stopped. What runs inside it is the worker's.

Names are imported from the modules: the daemon itself needs three of them and must not pay for an HTTP client.
"""
