"""Whether those talk who must: `interfaces.congruence`."""
