"""Which oracles there are, those of other distributions too, and how one is asked."""

from dataclasses import replace
from typing import cast, get_args

from bench.errors import ConfigError, described
from bench.judge.oracle import Oracle
from bench.judge.verdict import Case, Judgement, Word
from bench.registry import Registry, registry

# by weight: sightings first, then what needs a sound recording
ORDER = (
    "no_unauthorised_opening", "nothing_stale", "one_actuation", "nothing_invalid", "bus_recovery",
    "refuses_bad_certificates", "evidence", "independence", "opens_in_time", "honest_claims",
    "falls_asleep", "no_new_trouble_codes", "telematics_discipline",
)  # fmt: skip
SAID = tuple(word for word in get_args(Word) if word != "not_fitted")  # an oracle's words


def oracles() -> Registry:
    """Return every oracle there is."""
    return registry("oracle", "judge/oracles")


def of_others() -> list[str]:
    """Return the oracles of other distributions: they come after the bench's own."""
    return [name for name in oracles().names() if name not in ORDER]


def check_oracles() -> None:
    """Raise ConfigError for an oracle of another distribution that cannot be asked."""
    for name in of_others():
        _get(name)


def _get(name: str) -> type[Oracle]:
    found = oracles().get(name)
    if not issubclass(found, Oracle):
        made = f"{found.__module__}:{found.__qualname__}"
        raise ConfigError(f'oracle "{name}" ({made}): its base is not bench.judge.oracle.Oracle')
    return cast("type[Oracle]", found)


def is_sighting(name: str) -> bool:
    """Whether what an oracle fails for is evidence by itself (one that is not here: no)."""
    return name in oracles().names() and _get(name).sighting


def ask(name: str, case: Case) -> Judgement:
    """Ask one oracle."""
    oracle = _get(name)()
    return oracle.judge(case) if name in ORDER else _told(name, oracle, case)


def _told(name: str, oracle: Oracle, case: Case) -> Judgement:
    """Return what another distribution's oracle says; one that goes wrong has judged nothing."""
    try:
        said: object = oracle.judge(case)
    except Exception as error:
        return Judgement(name, "inconclusive", f"the oracle went wrong: {described(error)}")
    if not isinstance(said, Judgement) or said.verdict not in SAID:
        return Judgement(name, "inconclusive", f"the oracle said no judgement: {said!r}")
    return replace(said, oracle=name)
