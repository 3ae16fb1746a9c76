# Written by stubs.py from the catalogue of rules.
from collections.abc import Callable
from typing import Any

from thalweg._native import Optimizer as Optimizer
from thalweg._native import Rule as Rule
from thalweg._native import rules as rules

class Fixed(Optimizer):
    """An update rule at work on parameters that it knows. Its subclasses are the rules."""

    params: Any

    def step(self, grads: Any) -> None:
        """One update of the parameters: a gradient for each, under the same names, or a list in the same order."""

    def minimise(self, f: Callable[[Any], tuple[float, Any]]) -> float:
        """One update with the loss and gradients that `f(params)` gives, asked for wherever the rule wants them."""

    def averages(self) -> Any:
        """The parameters to evaluate with, as new arrays."""

    def plan(self) -> str:
        """Which parameter is in which group, with what settings and how much memory."""

class OwnRule:
    """A rule of one's own, written in Python: many times slower than the rules of the catalogue."""

    params: Any
    steps: int
    state: dict[str, dict[str, Any]]

    def __init__(self, params: Any) -> None: ...
    def update(self, gradient: Any, parameter: Any, state: dict[str, Any], step: int) -> Any:
        """To be overridden: what is subtracted from the parameter."""

    def step(self, grads: Any) -> None:
        """One update of all parameters; if `update` fails for one, none has changed."""

class SGD(Fixed):
    """SGD: w ← w − η g; with a momentum above 0 as `momentum` or `nesterov`"""

    momentum: float
    nesterov: float
    dampening: float
    weight_decay: float
    maximize: float
    lr: float
    wd: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        nesterov: float = ...,
        dampening: float = ...,
        weight_decay: float = ...,
        maximize: float = ...,
        lr: float = ...,
        wd: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> SGD: ...

class Momentum(Fixed):
    """Momentum: v ← α v − η g, w ← w + v"""

    momentum: float
    dampening: float
    weight_decay: float
    maximize: float
    lr: float
    wd: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        dampening: float = ...,
        weight_decay: float = ...,
        maximize: float = ...,
        lr: float = ...,
        wd: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> Momentum: ...

class Nesterov(Fixed):
    """Nesterov: v ← α v − η g, w ← w + α v − η g, with the new v (with the old one: w ← w + α² v − (1 + α) η g)"""

    momentum: float
    weight_decay: float
    maximize: float
    lr: float
    wd: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        weight_decay: float = ...,
        maximize: float = ...,
        lr: float = ...,
        wd: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> Nesterov: ...

class NesterovLookahead(Fixed):
    """Nesterov, exact look-ahead: v ← α v − η g(w + α v), w ← w + v"""

    momentum: float
    dampening: float
    lr: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        dampening: float = ...,
        lr: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> NesterovLookahead: ...

class NesterovAsPrinted(Fixed):
    """Nesterov as printed: v ← α v − η g, w ← w + α² v − (1 + α) η g, with the new v (a slip: it should be the old)"""

    momentum: float
    lr: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        lr: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> NesterovAsPrinted: ...

class AdaGrad(Fixed):
    """AdaGrad: h ← h + g², w ← w − η g / (√h + ε)"""

    epsilon: float
    initial_accumulator: float
    rate_decay: float
    weight_decay: float
    maximize: float
    lr: float
    wd: float
    eps: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        epsilon: float = ...,
        initial_accumulator: float = ...,
        rate_decay: float = ...,
        weight_decay: float = ...,
        maximize: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> AdaGrad: ...

class RMSProp(Fixed):
    """RMSProp: h ← ρ h + (1 − ρ) g², w ← w − η g / (√h + ε)"""

    decay_rate: float
    epsilon: float
    centered: float
    momentum: float
    weight_decay: float
    maximize: float
    nesterov: float
    initial_accumulator: float
    bias_correction: float
    epsilon_in_root: float
    lr: float
    wd: float
    eps: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        decay_rate: float = ...,
        epsilon: float = ...,
        centered: float = ...,
        momentum: float = ...,
        weight_decay: float = ...,
        maximize: float = ...,
        nesterov: float = ...,
        initial_accumulator: float = ...,
        bias_correction: float = ...,
        epsilon_in_root: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> RMSProp: ...

class AdaDelta(Fixed):
    """AdaDelta: h ← ρ h + (1 − ρ) g², Δ = √(d + ε) / √(h + ε) g, d ← ρ d + (1 − ρ) Δ², w ← w − η Δ"""

    decay_rate: float
    epsilon: float
    weight_decay: float
    maximize: float
    lr: float
    wd: float
    eps: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        decay_rate: float = ...,
        epsilon: float = ...,
        weight_decay: float = ...,
        maximize: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> AdaDelta: ...

class Adam(Fixed):
    """Adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η m̂ / (√v̂ + ε)"""

    beta1: float
    beta2: float
    epsilon: float
    amsgrad: float
    weight_decay: float
    decoupled_weight_decay: float
    maximize: float
    epsilon_root: float
    nesterov: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        amsgrad: float = ...,
        weight_decay: float = ...,
        decoupled_weight_decay: float = ...,
        maximize: float = ...,
        epsilon_root: float = ...,
        nesterov: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> Adam: ...

class AdamW(Fixed):
    """AdamW: Adam's m̂ and v̂, w ← w − η (m̂ / (√v̂ + ε) + λ w)"""

    beta1: float
    beta2: float
    epsilon: float
    amsgrad: float
    weight_decay: float
    maximize: float
    epsilon_root: float
    nesterov: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        amsgrad: float = ...,
        weight_decay: float = ...,
        maximize: float = ...,
        epsilon_root: float = ...,
        nesterov: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> AdamW: ...

class AMSGrad(Fixed):
    """AMSGrad: Adam's m and v, s ← max(s, v), w ← w − η m̂ / (√ŝ + ε)"""

    beta1: float
    beta2: float
    epsilon: float
    weight_decay: float
    decoupled_weight_decay: float
    maximize: float
    epsilon_root: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        weight_decay: float = ...,
        decoupled_weight_decay: float = ...,
        maximize: float = ...,
        epsilon_root: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> AMSGrad: ...

class AdaMax(Fixed):
    """AdaMax: m ← β₁ m + (1 − β₁) g, u ← max(β₂ u, |g|), w ← w − η / (1 − β₁ᵗ) m / (u + ε)"""

    beta1: float
    beta2: float
    epsilon: float
    weight_decay: float
    maximize: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        weight_decay: float = ...,
        maximize: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> AdaMax: ...

class NAdam(Fixed):
    """NAdam: μ_t = β₁ (1 − ½ 0.96^(t ψ)), Adam's m and v, w ← w − η (μ_(t+1) m / (1 − ∏μ μ_(t+1)) + (1 − μ_t) g / (1 − ∏μ)) / (√v̂ + ε)"""

    beta1: float
    beta2: float
    epsilon: float
    momentum_decay: float
    weight_decay: float
    decoupled_weight_decay: float
    maximize: float
    epsilon_root: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        momentum_decay: float = ...,
        weight_decay: float = ...,
        decoupled_weight_decay: float = ...,
        maximize: float = ...,
        epsilon_root: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> NAdam: ...

class RAdam(Fixed):
    """RAdam: Adam's m̂ and v̂; ρ_t > threshold: w ← w − η r_t m̂ / (√v̂ + ε), else w ← w − η m̂"""

    beta1: float
    beta2: float
    epsilon: float
    weight_decay: float
    decoupled_weight_decay: float
    maximize: float
    epsilon_root: float
    threshold: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        weight_decay: float = ...,
        decoupled_weight_decay: float = ...,
        maximize: float = ...,
        epsilon_root: float = ...,
        threshold: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> RAdam: ...

class AdaBelief(Fixed):
    """AdaBelief: m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) (g − m)² + epsilon_root, w ← w − η m̂ / (√ŝ + ε)"""

    beta1: float
    beta2: float
    epsilon: float
    epsilon_root: float
    lr: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        epsilon_root: float = ...,
        lr: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> AdaBelief: ...

class Yogi(Fixed):
    """Yogi: m ← β₁ m + (1 − β₁) g, v ← v − (1 − β₂) sign(v − g²) g², w ← w − η m / (√v + ε)"""

    beta1: float
    beta2: float
    epsilon: float
    initial_accumulator: float
    lr: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        initial_accumulator: float = ...,
        lr: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> Yogi: ...

class Adan(Fixed):
    """Adan: d = g − g_before, m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) d, n ← β₃ n + (1 − β₃) (g + β₂ d)², w ← (w − η (m̂ + β₂ v̂) / (√n̂ + ε)) / (1 + η λ)"""

    beta1: float
    beta2: float
    beta3: float
    epsilon: float
    weight_decay: float
    epsilon_root: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        beta3: float = ...,
        epsilon: float = ...,
        weight_decay: float = ...,
        epsilon_root: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> Adan: ...

class Lion(Fixed):
    """Lion: w ← w − η (sign(β₁ m + (1 − β₁) g) + λ w), m ← β₂ m + (1 − β₂) g"""

    beta1: float
    beta2: float
    weight_decay: float
    lr: float
    wd: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        weight_decay: float = ...,
        lr: float = ...,
        wd: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> Lion: ...

class SignSGD(Fixed):
    """signSGD: w ← w − η sign(g)"""

    lr: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        lr: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> SignSGD: ...

class Signum(Fixed):
    """Signum: v ← β v + (1 − β) g, w ← w − η sign(v)"""

    momentum: float
    lr: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        lr: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> Signum: ...

class Rprop(Fixed):
    """Rprop: s ← s grow where g g_before > 0, w ← w − s sign(g); where < 0: w as before the last step, s ← s shrink, g ← 0"""

    shrink: float
    grow: float
    smallest_step: float
    largest_step: float
    maximize: float
    lr: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        shrink: float = ...,
        grow: float = ...,
        smallest_step: float = ...,
        largest_step: float = ...,
        maximize: float = ...,
        lr: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> Rprop: ...

class ASGD(Fixed):
    """Averaged SGD: w ← (1 − λ η_t) w − η_t g, η_t = η / (1 + λ η t)^α; a ← a + (w − a) / max(1, t − t0)"""

    alpha: float
    t0: float
    weight_decay: float
    maximize: float
    lr: float
    wd: float
    lambd: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        alpha: float = ...,
        t0: float = ...,
        weight_decay: float = ...,
        maximize: float = ...,
        lr: float = ...,
        wd: float = ...,
        lambd: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> ASGD: ...

class AdEMAMix(Fixed):
    """AdEMAMix: Adam's m and v, s ← β₃ s + (1 − β₃) g, w ← w − η ((m̂ + α s) / (√v̂ + ε) + λ w)"""

    beta1: float
    beta2: float
    beta3: float
    alpha: float
    epsilon: float
    epsilon_root: float
    weight_decay: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        beta3: float = ...,
        alpha: float = ...,
        epsilon: float = ...,
        epsilon_root: float = ...,
        weight_decay: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> AdEMAMix: ...

class ADOPT(Fixed):
    """ADOPT: c = clip(g / max(√v_before, ε), ±t^¼), m ← β₁ m + (1 − β₁) c, w ← w − η m, v ← β₂ v + (1 − β₂) g²"""

    beta1: float
    beta2: float
    epsilon: float
    clipping: float
    lr: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        clipping: float = ...,
        lr: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> ADOPT: ...

class MADGRAD(Fixed):
    """MADGRAD: λ = (η + ε) √t, s ← s + λ g, ν ← ν + λ g², z = w₀ − s / (∛ν + ε), w ← α w + (1 − α) z"""

    momentum: float
    epsilon: float
    weight_decay: float
    lr: float
    wd: float
    eps: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        epsilon: float = ...,
        weight_decay: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> MADGRAD: ...

class AdamAtan2(Fixed):
    """Adam-atan2: Adam's m̂ and v̂, w ← w − η (atan2(m̂, √v̂) + λ w)"""

    beta1: float
    beta2: float
    weight_decay: float
    lr: float
    wd: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        weight_decay: float = ...,
        lr: float = ...,
        wd: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> AdamAtan2: ...

class LARS(Fixed):
    """LARS: u = g + λ w, v ← μ v + η c ‖w‖ / (‖g‖ + λ ‖w‖ + ε) u, w ← w − v"""

    momentum: float
    weight_decay: float
    trust_coefficient: float
    epsilon: float
    nesterov: float
    lr: float
    wd: float
    eps: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        weight_decay: float = ...,
        trust_coefficient: float = ...,
        epsilon: float = ...,
        nesterov: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> LARS: ...

class LAMB(Fixed):
    """LAMB: u = m̂ / (√v̂ + ε) + λ w, w ← w − η ‖w‖ / ‖u‖ u"""

    beta1: float
    beta2: float
    epsilon: float
    weight_decay: float
    epsilon_root: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        weight_decay: float = ...,
        epsilon_root: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> LAMB: ...

class NovoGrad(Fixed):
    """NovoGrad: v ← β₂ v + (1 − β₂) ‖g‖² a tensor, m ← β₁ m + (g / (√v + ε) + λ w), w ← w − η m"""

    beta1: float
    beta2: float
    epsilon: float
    weight_decay: float
    epsilon_root: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        weight_decay: float = ...,
        epsilon_root: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> NovoGrad: ...

class Adafactor(Fixed):
    """Adafactor: r, c: moving means of the rows and columns of g², v = r cᵀ / mean(r), u = g / √v, w ← w − max(ε₂, rms(w)) min(η, 1 / √t) u / max(1, rms(u) / d)"""

    epsilon1: float
    clip_threshold: float
    weight_decay: float
    beta2_decay: float
    epsilon2: float
    maximize: float
    relative_step: float
    decay_exponent: float
    smallest_factored: float
    scale_by_parameter: float
    momentum: float
    lr: float
    wd: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        epsilon1: float = ...,
        clip_threshold: float = ...,
        weight_decay: float = ...,
        beta2_decay: float = ...,
        epsilon2: float = ...,
        maximize: float = ...,
        relative_step: float = ...,
        decay_exponent: float = ...,
        smallest_factored: float = ...,
        scale_by_parameter: float = ...,
        momentum: float = ...,
        lr: float = ...,
        wd: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> Adafactor: ...

class SM3(Fixed):
    """SM3: ν = minᵢ μᵢ + g², u = g / √ν, μᵢ ← max of ν over all axes but i, v ← β v + (1 − β) u, w ← w − η v"""

    momentum: float
    epsilon: float
    lr: float
    eps: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        epsilon: float = ...,
        lr: float = ...,
        eps: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> SM3: ...

class Muon(Fixed):
    """Muon: v ← μ v + (1 − μ) g, U = μ v + (1 − μ) g, O = Newton-Schulz(U / ‖U‖), w ← w − η (√max(1, rows / columns) O + λ w)"""

    momentum: float
    nesterov: float
    iterations: float
    epsilon: float
    weight_decay: float
    adjust: float
    rms_rate: float
    lr: float
    wd: float
    eps: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        nesterov: float = ...,
        iterations: float = ...,
        epsilon: float = ...,
        weight_decay: float = ...,
        adjust: float = ...,
        rms_rate: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> Muon: ...

class Shampoo(Fixed):
    """Shampoo: Lᵢ ← Lᵢ + Gᵢ Gᵢᵀ for each axis, from ε I; w ← w − η G ×₁ L₁^(−1/2k) … ×ₖ Lₖ^(−1/2k)"""

    epsilon: float
    momentum: float
    update_every: float
    largest_axis: float
    lr: float
    eps: float

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        epsilon: float = ...,
        momentum: float = ...,
        update_every: float = ...,
        largest_axis: float = ...,
        lr: float = ...,
        eps: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> Shampoo: ...

class SOAP(Fixed):
    """SOAP: G' = Q_Lᵀ G Q_R, m ← β₁ m + (1 − β₁) G, v ← β₂ v + (1 − β₂) G'², w ← w − η Q_L (m' / (√v + ε)) Q_Rᵀ, with eigenvectors Q of averages of G Gᵀ and Gᵀ G"""

    beta1: float
    beta2: float
    shampoo_beta: float
    epsilon: float
    weight_decay: float
    update_every: float
    largest_axis: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        shampoo_beta: float = ...,
        epsilon: float = ...,
        weight_decay: float = ...,
        update_every: float = ...,
        largest_axis: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> SOAP: ...

class DAdaptAdam(Fixed):
    """D-Adapt Adam: Adam at rate d η, d ← max(d, r / ((1 − √β₂) ‖s‖₁)) with s the weighted sum of gradients and r its progress"""

    beta1: float
    beta2: float
    epsilon: float
    d0: float
    weight_decay: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        d0: float = ...,
        weight_decay: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> DAdaptAdam: ...

class Prodigy(Fixed):
    """Prodigy: Adam on d g at rate d η; s, r: weighted sums of g and of ⟨g, w₀ − w⟩; d ← max(d, c r / ‖s‖₁)"""

    beta1: float
    beta2: float
    beta3: float
    epsilon: float
    d0: float
    d_coefficient: float
    weight_decay: float
    safeguard_warmup: float
    bias_correction: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        beta3: float = ...,
        epsilon: float = ...,
        d0: float = ...,
        d_coefficient: float = ...,
        weight_decay: float = ...,
        safeguard_warmup: float = ...,
        bias_correction: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> Prodigy: ...

class ScheduleFreeSGD(Fixed):
    """Schedule-free SGD: z ← z − η (g + λ y), x ← (1 − c) x + c z, y ← β x + (1 − β) z; gradients at y, evaluation at x"""

    beta1: float
    weight_decay: float
    rate_power: float
    lr: float
    wd: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        weight_decay: float = ...,
        rate_power: float = ...,
        lr: float = ...,
        wd: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> ScheduleFreeSGD: ...

class ScheduleFreeAdamW(Fixed):
    """Schedule-free AdamW: v as Adam's, z ← z − η (g / (√v̂ + ε) + λ y), x ← (1 − c) x + c z, y ← β₁ x + (1 − β₁) z"""

    beta1: float
    beta2: float
    epsilon: float
    weight_decay: float
    rate_power: float
    lr: float
    wd: float
    eps: float
    betas: tuple[float, ...]

    def __new__(
        cls,
        params: Any,
        learning_rate: float | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        weight_decay: float = ...,
        rate_power: float = ...,
        lr: float = ...,
        wd: float = ...,
        eps: float = ...,
        betas: tuple[float, ...] = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        groups: list[dict[str, Any]] | None = ...,
        schedule: str | dict[str, Any] | None = ...,
        schedules: dict[str, Any] | None = ...,
        state: str = ...,
        accumulate: int = ...,
        sharpness: dict[str, float] | None = ...,
        non_finite: str = ...,
        measure: bool = ...,
        threads: int = ...,
    ) -> ScheduleFreeAdamW: ...
