"""Where somebody listens, or calls from: a host and a port."""

Address = tuple[str, int]
