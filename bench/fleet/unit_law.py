"""The retry law of the mocked telematics unit, from its policy."""

from bench.capacity.retry_law import RetryLaw
from bench.telematics.policy import TelematicsPolicy


def law_of(policy: TelematicsPolicy) -> RetryLaw:
    """Return the law of `[telematics]`."""
    return RetryLaw(
        policy.backoff_base_s,
        policy.backoff_growth,
        max(policy.backoff_cap_s, policy.backoff_base_s),
        policy.backoff_jitter,
        obeys_retry_after=policy.obeys_retry_after,
    )
