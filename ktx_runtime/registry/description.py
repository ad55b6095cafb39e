"""All that an environment says of itself while it is being built."""

from ktx_runtime.api import PlanAdjustment, Record
from ktx_runtime.registry.catalogue import Catalogue
from ktx_runtime.registry.declaration import PluginIdentity


class PluginAdjustment(Record):
    """What `plugin` wants changed in the install."""

    plugin: PluginIdentity
    adjustment: PlanAdjustment


class Description(Record):
    """The catalogue, and what plugins want changed, in the order of discovery."""

    catalogue: Catalogue
    adjustments: tuple[PluginAdjustment, ...] = ()
