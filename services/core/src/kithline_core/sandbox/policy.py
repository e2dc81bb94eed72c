"""Who may run behind which wall: what the operator demands, what a plugin demands, and who runs behind none."""

from typing import Self

from msgspec import Struct

from kithline_core.plugins import Plugin, Tier
from kithline_core.sandbox.claims import Claim
from kithline_core.sandbox.tiers import enough, stronger
from kithline_core.settings import Settings


class Refusal(Struct, frozen=True):
    """Why a plugin does not run here, and the weakest tier in which it would."""

    needs: Tier
    reason: str


class Policy(Struct, frozen=True):
    """What the operator says.

    `minimum`: below it nothing runs. `unwalled`: where there is no wall, plugins installed beside Kithline run all the
    same. `vm`: a virtual machine is around this process. `tier`: this one, though there may be a stronger one.
    """

    minimum: Tier = "none"
    unwalled: bool = False
    vm: bool = False
    tier: Tier | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what the settings say."""
        unwalled = settings.sandbox_none == "first-party"
        return cls(settings.minimum_tier, unwalled, settings.sandbox_vm, settings.sandbox_tier or None)

    def needs(self, plugin: Plugin) -> Tier:
        """Return the weakest tier in which a plugin may run."""
        asked = stronger(self.minimum, plugin.manifest.minimum_tier)
        if plugin.digest:
            return stronger(asked, "syscall")  # whatever is said of plugins installed beside Kithline
        return asked if self.unwalled else stronger(asked, "syscall")

    def refusal(self, plugin: Plugin, claim: Claim) -> Refusal | None:
        """Return why a plugin may not run behind what was claimed, None when it may."""
        needs = self.needs(plugin)
        if enough(claim.tier, needs):
            return None
        lacking = "; ".join(f"{tier}: {why}" for tier, why in claim.missing.items() if enough(tier, needs))
        missing = f" ({lacking})" if lacking else ""
        return Refusal(needs, f"it runs in tier {needs} or a stronger one; here is {claim.tier}{missing}"[:400])
