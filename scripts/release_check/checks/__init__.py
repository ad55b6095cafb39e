"""The checks, in the order of the report."""

from __future__ import annotations

from scripts.release_check.check import Check
from scripts.release_check.checks.daemon import the_daemon
from scripts.release_check.checks.embeddings import local_embeddings
from scripts.release_check.checks.faults import altered_wheel, killed_install, two_first_runs
from scripts.release_check.checks.first_run import first_run, one_query, status_and_doctor
from scripts.release_check.checks.offline import without_network
from scripts.release_check.checks.package import clean_install, npx_of_the_package
from scripts.release_check.checks.refusals import no_input, no_uv
from scripts.release_check.checks.versions import prune_beside_an_older, upgrade

ALL = (
    Check(1, "clean install", clean_install),
    Check(2, "npx of the packed package", npx_of_the_package),
    Check(3, "first run, from the bundled wheel", first_run),
    Check(4, "one-shot semantic query", one_query),
    Check(5, "status and doctor", status_and_doctor),
    Check(6, "daemon: start, health, reuse, stop", the_daemon),
    Check(7, "local embeddings", local_embeddings, optional=True),
    Check(8, "upgrade keeps features and plugins", upgrade),
    Check(9, "two first runs at once", two_first_runs),
    Check(10, "kill -9 in mid-install", killed_install),
    Check(11, "offline", without_network),
    Check(12, "an altered wheel is refused", altered_wheel),
    Check(13, "prune beside a running older version", prune_beside_an_older),
    Check(14, "no uv, and none may be fetched", no_uv),
    Check(15, "--no-input", no_input),
)
