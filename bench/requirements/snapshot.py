"""The list that a run was judged against, kept in its folder: a run is complete in itself."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.errors import ConfigError, RunFolderError
from bench.file_name import FileName
from bench.requirements.pattern import parse_pattern
from bench.requirements.requirement import Requirement, RequirementList

NAME = "requirements.json"


def write_snapshot(folder: FileName, listed: RequirementList) -> None:
    """Keep a list in a run's folder, whole or not at all; raises RunFolderError."""
    folder = Path(folder)
    document = {
        "schema": 1,
        "source": listed.source,
        "sha256": listed.digest,
        "requirements": [
            {"id": r.id, "text": r.text, "covered_by": [pattern.text for pattern in r.covered_by]}
            for r in listed.requirements
        ],
    }
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    file = folder / NAME
    try:
        file.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        with suppress(OSError):
            file.unlink()
        raise RunFolderError(f"{file}: cannot be written: {error.strerror}") from None


def read_snapshot(folder: FileName) -> RequirementList | None:
    """Return the list that a run was judged against; None where there was none.

    Raises:
        ConfigError: it is there, and cannot be read.
    """
    folder = Path(folder)
    path = folder / NAME
    if not path.exists():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        requirements = tuple(_requirement(each) for each in document["requirements"])
        return RequirementList(str(document["source"]), str(document["sha256"]), requirements)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigError(f"{path}: cannot be read: {type(error).__name__}: {error}") from None


def _requirement(fields: dict[str, Any]) -> Requirement:
    patterns = tuple(parse_pattern(str(text), source=NAME) for text in fields["covered_by"])
    return Requirement(str(fields["id"]), str(fields["text"]), patterns)
