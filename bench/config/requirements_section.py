"""`[requirements]` of a bench file: the list against which verdicts are read."""

from pydantic import Field

from bench.config.validation import Section


class RequirementsSection(Section):
    """`[requirements]`: a list of requirements, and what covers them.

    Columns are columns of a CSV file, or attributes of a ReqIF file by their long names.

    Attributes:
        file: the list, relative to the bench file: `….csv`, `….reqif` or `….reqifz`.
        id_column: CSV: `id`; ReqIF: `ReqIF.ForeignID`, else each object's `IDENTIFIER`.
        text_column: CSV: `text`; ReqIF: `ReqIF.Text`, else its name or description.
        covered_by_column: what covers the requirement, as patterns; `covered_by`, if it is there.
        only: per column the values that a row must have one of, to be a requirement at all.
        covered_by: per id further patterns, for lists that cannot carry them.
    """

    file: str
    id_column: str | None = None
    text_column: str | None = None
    covered_by_column: str | None = None
    only: dict[str, list[str]] = Field(default_factory=dict)
    covered_by: dict[str, list[str]] = Field(default_factory=dict)
