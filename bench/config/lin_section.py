"""`[lin.<bus>]` of a bench file."""

from typing import Any

from pydantic import Field

from bench.config.validation import Section


class LinSection(Section):
    """`[lin.<bus>]`: a python-can interface that carries LIN as sllin does, or the simulated bus.

    `databases` is the bus's LDF file. `master` has the bench send the headers of a schedule table
    of it (`schedule`, else the first), where no unit on the table does. `bitrate` is what the
    driver was loaded with.
    """

    interface: str = "simulated"
    channel: str | int | None = None
    bitrate: int = Field(default=19_200, ge=1_000, le=20_000)
    options: dict[str, Any] = Field(default_factory=dict)
    databases: list[str] = Field(default_factory=list)
    roles: str | None = None
    master: bool = False
    schedule: str | None = None
