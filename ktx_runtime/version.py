"""The one place where the version of the wheel and of the npm package is written."""

VERSION = "0.1.0"
