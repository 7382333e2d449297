"""What clients send: the bodies of Toxiproxy's requests."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from bench.config.validation import check
from bench.errors import ConfigError, RequestRefused
from bench.units import Share

BodyT = TypeVar("BodyT", bound="Body")


class Body(BaseModel):
    """A request's body; what Toxiproxy does not know either is ignored, as it does."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class NewProxy(Body):
    """A proxy that is to be."""

    name: str = ""
    listen: str = ""
    upstream: str = ""
    enabled: bool = True


class ProxyChange(Body):
    """What is to change of a proxy (None: nothing)."""

    listen: str | None = None
    upstream: str | None = None
    enabled: bool | None = None


class NewToxic(Body):
    """A toxic that is to be; `stream` is downstream for Toxiproxy's, both for the bench's own."""

    name: str = ""
    type: str = ""
    stream: str | None = None
    toxicity: Share = 1.0
    attributes: dict[str, Any] = Field(default_factory=dict)


class ToxicChange(Body):
    """What is to change of a toxic (None: nothing)."""

    toxicity: Share | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)


def read_body(model: type[BodyT], body: Any) -> BodyT:
    """Return a body as its model.

    Raises:
        RequestRefused: it is no object, or something in it is not right.
    """
    if not isinstance(body, dict):
        raise RequestRefused("bad request body: an object is needed, in {}")
    given = {key: value for key, value in body.items() if value is not None}
    try:
        return check(model, given, source="bad request body")
    except ConfigError as error:
        raise RequestRefused("; ".join(str(error).splitlines())) from None
