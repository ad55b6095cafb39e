"""What the reference says where the rules ask for a refusal."""


class Refused(Exception):
    """The rules give this query no answer."""
