"""For all suites, the plugins' too: they run the same however they were started."""

import signal

# A shell ignores ^C for what it starts in the background, and whoever is started there inherits it: programs that the
# suites interrupt would never hear it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
