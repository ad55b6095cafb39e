"""Making a release, and publishing exactly what was tested. `make release`, `make release-check`, `make publish`."""
