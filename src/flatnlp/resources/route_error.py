"""Why one route to a resource failed."""


class RouteError(Exception):
    """One route to a resource failed; the message is a clause, put together with the other routes' by the caller."""
