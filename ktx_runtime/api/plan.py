"""What an install is about to do, and what a plugin may have changed in it."""

from typing import Literal

from pydantic import Field, field_validator, model_validator

from ktx_runtime.api.feature import DownloadHint
from ktx_runtime.api.record import Record

DEFAULT_TORCH_BACKEND = "cpu"


class InstallPlan(Record):
    """What is being installed, as `ktx_adjust_plan` sees it.

    `pinned` are exact versions (`name==1.2`) that are checked by hash and stay as they are; `resolved` are requirements
    that uv resolves within them. `features` will be there afterwards, those of `plugins` (distributions) included.
    `platform` is `sys.platform`; `machine` the processor, as `x86_64` or `aarch64`.
    """

    features: tuple[str, ...]
    plugins: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    python_version: str
    platform: str
    machine: str


class PlanAdjustment(Record):
    """What a plugin wants changed in what uv resolves. It narrows: to have more installed, declare a feature.

    `reason` is shown to the user. `constraints` are names with versions (`numpy<2`), never addresses. `torch_backend`
    is a build of torch, as uv names them (`cpu`, `cu128`, `rocm6.3`, `xpu`, `auto`); any other than for the CPU is
    larger than what the user agreed to, so `download` has to say how large, and the user is asked. The rest is how
    packages are fetched and stored. What the user has set always stands.
    """

    reason: str = Field(min_length=1)
    constraints: tuple[str, ...] = ()
    torch_backend: str | None = Field(default=None, pattern=r"^(auto|cpu|xpu|cu[0-9]{2,4}|rocm[0-9.]{1,8})$")
    download: DownloadHint | None = None
    http_timeout_seconds: int | None = Field(default=None, gt=0)
    concurrent_downloads: int | None = Field(default=None, gt=0)
    link_mode: Literal["clone", "copy", "hardlink", "symlink"] | None = None

    @field_validator("constraints")
    @classmethod
    def _only_versions(cls, constraints: tuple[str, ...]) -> tuple[str, ...]:
        from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - only where there are some

        for text in constraints:
            try:
                constraint = Requirement(text)
            except InvalidRequirement as error:
                raise ValueError(f"it is no constraint: {text}") from error
            if constraint.url or constraint.extras or not constraint.specifier:
                raise ValueError(f"a constraint is a name and versions, nothing else: {text}")
        return constraints

    @model_validator(mode="after")
    def _says_how_large(self) -> "PlanAdjustment":
        if self.torch_backend not in {None, DEFAULT_TORCH_BACKEND} and self.download is None:
            raise ValueError(f"torch for {self.torch_backend} is larger than for the CPU: say how large in download")
        return self
