# Written by stubs.py from the catalogue of rules.
from collections.abc import Callable, Iterable
from typing import Any

import torch

class ThalwegOptimizer(torch.optim.Optimizer):
    """A rule of the catalogue as a torch optimizer. Its subclasses are the rules."""

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One update of all parameters that have a gradient."""

    def train(self) -> None:
        """Puts the parameters back that updates are applied to."""

    def eval(self) -> None:
        """Puts the averages in the parameters' place, to evaluate with; steps are refused until `train()`."""

    def swap(self) -> None:
        """Exchanges the parameters for their averages, or back."""

    def averages(self) -> list[torch.Tensor]:
        """The parameters to evaluate with, in the order of the groups, as new tensors."""

    def reset(self) -> None:
        """Forgets all state: the next update is a first one."""

    def plan(self) -> str:
        """Which parameter is in which group, with what settings and how much memory."""

class SGD(ThalwegOptimizer):
    """SGD: w ← w − η g; with a momentum above 0 as `momentum` or `nesterov`"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        momentum: float = ...,
        dampening: float = ...,
        weight_decay: float = ...,
        nesterov: bool = ...,
        *,
        dialect: str | None = ...,
        maximize: bool = ...,
        foreach: bool | None = ...,
        differentiable: bool = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class Momentum(ThalwegOptimizer):
    """Momentum: v ← α v − η g, w ← w + v"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        dampening: float = ...,
        weight_decay: float = ...,
        maximize: bool = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class Nesterov(ThalwegOptimizer):
    """Nesterov: v ← α v − η g, w ← w + α v − η g, with the new v (with the old one: w ← w + α² v − (1 + α) η g)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        weight_decay: float = ...,
        maximize: bool = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class NesterovAsPrinted(ThalwegOptimizer):
    """Nesterov as printed: v ← α v − η g, w ← w + α² v − (1 + α) η g, with the new v (a slip: it should be the old)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class AdaGrad(ThalwegOptimizer):
    """AdaGrad: h ← h + g², w ← w − η g / (√h + ε)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        lr_decay: float = ...,
        weight_decay: float = ...,
        initial_accumulator_value: float = ...,
        eps: float = ...,
        foreach: bool | None = ...,
        *,
        dialect: str | None = ...,
        maximize: bool = ...,
        differentiable: bool = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        epsilon: float = ...,
        initial_accumulator: float = ...,
        rate_decay: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class RMSProp(ThalwegOptimizer):
    """RMSProp: h ← ρ h + (1 − ρ) g², w ← w − η g / (√h + ε)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        alpha: float = ...,
        eps: float = ...,
        weight_decay: float = ...,
        momentum: float = ...,
        centered: bool = ...,
        capturable: bool = ...,
        foreach: bool | None = ...,
        maximize: bool = ...,
        differentiable: bool = ...,
        *,
        dialect: str | None = ...,
        fused: bool | None = ...,
        decay_rate: float = ...,
        epsilon: float = ...,
        nesterov: float = ...,
        initial_accumulator: float = ...,
        bias_correction: float = ...,
        epsilon_in_root: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class AdaDelta(ThalwegOptimizer):
    """AdaDelta: h ← ρ h + (1 − ρ) g², Δ = √(d + ε) / √(h + ε) g, d ← ρ d + (1 − ρ) Δ², w ← w − η Δ"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        rho: float = ...,
        eps: float = ...,
        weight_decay: float = ...,
        foreach: bool | None = ...,
        *,
        dialect: str | None = ...,
        maximize: bool = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        fused: bool | None = ...,
        decay_rate: float = ...,
        epsilon: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class Adam(ThalwegOptimizer):
    """Adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η m̂ / (√v̂ + ε)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        weight_decay: float = ...,
        amsgrad: bool = ...,
        *,
        dialect: str | None = ...,
        maximize: bool = ...,
        foreach: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        fused: bool | None = ...,
        decoupled_weight_decay: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        epsilon_root: float = ...,
        nesterov: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class AdamW(ThalwegOptimizer):
    """AdamW: Adam's m̂ and v̂, w ← w − η (m̂ / (√v̂ + ε) + λ w)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        weight_decay: float = ...,
        amsgrad: bool = ...,
        *,
        dialect: str | None = ...,
        maximize: bool = ...,
        foreach: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        fused: bool | None = ...,
        decoupled_weight_decay: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        epsilon_root: float = ...,
        nesterov: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class AMSGrad(ThalwegOptimizer):
    """AMSGrad: Adam's m and v, s ← max(s, v), w ← w − η m̂ / (√ŝ + ε)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        weight_decay: float = ...,
        decoupled_weight_decay: bool = ...,
        maximize: bool = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        epsilon_root: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class AdaMax(ThalwegOptimizer):
    """AdaMax: m ← β₁ m + (1 − β₁) g, u ← max(β₂ u, |g|), w ← w − η / (1 − β₁ᵗ) m / (u + ε)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        weight_decay: float = ...,
        foreach: bool | None = ...,
        *,
        dialect: str | None = ...,
        maximize: bool = ...,
        differentiable: bool = ...,
        capturable: bool = ...,
        fused: bool | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class NAdam(ThalwegOptimizer):
    """NAdam: μ_t = β₁ (1 − ½ 0.96^(t ψ)), Adam's m and v, w ← w − η (μ_(t+1) m / (1 − ∏μ μ_(t+1)) + (1 − μ_t) g / (1 − ∏μ)) / (√v̂ + ε)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        weight_decay: float = ...,
        momentum_decay: float = ...,
        decoupled_weight_decay: bool = ...,
        *,
        dialect: str | None = ...,
        maximize: bool = ...,
        foreach: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        fused: bool | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        epsilon_root: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class RAdam(ThalwegOptimizer):
    """RAdam: Adam's m̂ and v̂; ρ_t > threshold: w ← w − η r_t m̂ / (√v̂ + ε), else w ← w − η m̂"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        weight_decay: float = ...,
        decoupled_weight_decay: bool = ...,
        *,
        dialect: str | None = ...,
        maximize: bool = ...,
        foreach: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        fused: bool | None = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        epsilon_root: float = ...,
        threshold: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class AdaBelief(ThalwegOptimizer):
    """AdaBelief: m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) (g − m)² + epsilon_root, w ← w − η m̂ / (√ŝ + ε)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        epsilon_root: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class Yogi(ThalwegOptimizer):
    """Yogi: m ← β₁ m + (1 − β₁) g, v ← v − (1 − β₂) sign(v − g²) g², w ← w − η m / (√v + ε)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        initial_accumulator: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class Adan(ThalwegOptimizer):
    """Adan: d = g − g_before, m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) d, n ← β₃ n + (1 − β₃) (g + β₂ d)², w ← (w − η (m̂ + β₂ v̂) / (√n̂ + ε)) / (1 + η λ)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        weight_decay: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        beta3: float = ...,
        epsilon: float = ...,
        epsilon_root: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class Lion(ThalwegOptimizer):
    """Lion: w ← w − η (sign(β₁ m + (1 − β₁) g) + λ w), m ← β₂ m + (1 − β₂) g"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        weight_decay: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class SignSGD(ThalwegOptimizer):
    """signSGD: w ← w − η sign(g)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class Signum(ThalwegOptimizer):
    """Signum: v ← β v + (1 − β) g, w ← w − η sign(v)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class Rprop(ThalwegOptimizer):
    """Rprop: s ← s grow where g g_before > 0, w ← w − s sign(g); where < 0: w as before the last step, s ← s shrink, g ← 0"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        etas: tuple[float | None, ...] = ...,
        step_sizes: tuple[float | None, ...] = ...,
        *,
        dialect: str | None = ...,
        foreach: bool | None = ...,
        maximize: bool = ...,
        differentiable: bool = ...,
        capturable: bool = ...,
        fused: bool | None = ...,
        shrink: float = ...,
        grow: float = ...,
        smallest_step: float = ...,
        largest_step: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class ASGD(ThalwegOptimizer):
    """Averaged SGD: w ← (1 − λ η_t) w − η_t g, η_t = η / (1 + λ η t)^α; a ← a + (w − a) / max(1, t − t0)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        lambd: float = ...,
        alpha: float = ...,
        t0: float = ...,
        weight_decay: float = ...,
        foreach: bool | None = ...,
        maximize: bool = ...,
        differentiable: bool = ...,
        capturable: bool = ...,
        *,
        dialect: str | None = ...,
        fused: bool | None = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class AdEMAMix(ThalwegOptimizer):
    """AdEMAMix: Adam's m and v, s ← β₃ s + (1 − β₃) g, w ← w − η ((m̂ + α s) / (√v̂ + ε) + λ w)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        alpha: float = ...,
        eps: float = ...,
        weight_decay: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        beta3: float = ...,
        epsilon: float = ...,
        epsilon_root: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class ADOPT(ThalwegOptimizer):
    """ADOPT: c = clip(g / max(√v_before, ε), ±t^¼), m ← β₁ m + (1 − β₁) c, w ← w − η m, v ← β₂ v + (1 − β₂) g²"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        clipping: bool = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class MADGRAD(ThalwegOptimizer):
    """MADGRAD: λ = (η + ε) √t, s ← s + λ g, ν ← ν + λ g², z = w₀ − s / (∛ν + ε), w ← α w + (1 − α) z"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        eps: float = ...,
        weight_decay: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        epsilon: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class AdamAtan2(ThalwegOptimizer):
    """Adam-atan2: Adam's m̂ and v̂, w ← w − η (atan2(m̂, √v̂) + λ w)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        weight_decay: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class LARS(ThalwegOptimizer):
    """LARS: u = g + λ w, v ← μ v + η c ‖w‖ / (‖g‖ + λ ‖w‖ + ε) u, w ← w − v"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        weight_decay: float = ...,
        trust_coefficient: float = ...,
        eps: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        epsilon: float = ...,
        nesterov: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class LAMB(ThalwegOptimizer):
    """LAMB: u = m̂ / (√v̂ + ε) + λ w, w ← w − η ‖w‖ / ‖u‖ u"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        weight_decay: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        epsilon_root: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class NovoGrad(ThalwegOptimizer):
    """NovoGrad: v ← β₂ v + (1 − β₂) ‖g‖² a tensor, m ← β₁ m + (g / (√v + ε) + λ w), w ← w − η m"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        weight_decay: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        epsilon_root: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class Adafactor(ThalwegOptimizer):
    """Adafactor: r, c: moving means of the rows and columns of g², v = r cᵀ / mean(r), u = g / √v, w ← w − max(ε₂, rms(w)) min(η, 1 / √t) u / max(1, rms(u) / d)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        beta2_decay: float = ...,
        eps: tuple[float | None, ...] = ...,
        d: float = ...,
        weight_decay: float = ...,
        *,
        dialect: str | None = ...,
        foreach: bool | None = ...,
        maximize: bool = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        epsilon1: float = ...,
        clip_threshold: float = ...,
        epsilon2: float = ...,
        relative_step: float = ...,
        decay_exponent: float = ...,
        smallest_factored: float = ...,
        scale_by_parameter: float = ...,
        momentum: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class SM3(ThalwegOptimizer):
    """SM3: ν = minᵢ μᵢ + g², u = g / √ν, μᵢ ← max of ν over all axes but i, v ← β v + (1 − β) u, w ← w − η v"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        momentum: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        epsilon: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class Muon(ThalwegOptimizer):
    """Muon: v ← μ v + (1 − μ) g, U = μ v + (1 − μ) g, O = Newton-Schulz(U / ‖U‖), w ← w − η (√max(1, rows / columns) O + λ w)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        weight_decay: float = ...,
        momentum: float = ...,
        nesterov: bool = ...,
        ns_coefficients: tuple[float | None, ...] = ...,
        eps: float = ...,
        ns_steps: float = ...,
        adjust_lr_fn: str | None = ...,
        *,
        dialect: str | None = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        iterations: float = ...,
        epsilon: float = ...,
        adjust: float = ...,
        rms_rate: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class Shampoo(ThalwegOptimizer):
    """Shampoo: Lᵢ ← Lᵢ + Gᵢ Gᵢᵀ for each axis, from ε I; w ← w − η G ×₁ L₁^(−1/2k) … ×ₖ Lₖ^(−1/2k)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        eps: float = ...,
        momentum: float = ...,
        update_every: float = ...,
        largest_axis: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        epsilon: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class SOAP(ThalwegOptimizer):
    """SOAP: G' = Q_Lᵀ G Q_R, m ← β₁ m + (1 − β₁) G, v ← β₂ v + (1 − β₂) G'², w ← w − η Q_L (m' / (√v + ε)) Q_Rᵀ, with eigenvectors Q of averages of G Gᵀ and Gᵀ G"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        shampoo_beta: float = ...,
        eps: float = ...,
        weight_decay: float = ...,
        update_every: float = ...,
        largest_axis: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class DAdaptAdam(ThalwegOptimizer):
    """D-Adapt Adam: Adam at rate d η, d ← max(d, r / ((1 − √β₂) ‖s‖₁)) with s the weighted sum of gradients and r its progress"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        d0: float = ...,
        weight_decay: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class Prodigy(ThalwegOptimizer):
    """Prodigy: Adam on d g at rate d η; s, r: weighted sums of g and of ⟨g, w₀ − w⟩; d ← max(d, c r / ‖s‖₁)"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        beta3: float = ...,
        eps: float = ...,
        d0: float = ...,
        d_coefficient: float = ...,
        weight_decay: float = ...,
        safeguard_warmup: bool = ...,
        bias_correction: bool = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class ScheduleFreeSGD(ThalwegOptimizer):
    """Schedule-free SGD: z ← z − η (g + λ y), x ← (1 − c) x + c z, y ← β x + (1 − β) z; gradients at y, evaluation at x"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        beta1: float = ...,
        weight_decay: float = ...,
        rate_power: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

class ScheduleFreeAdamW(ThalwegOptimizer):
    """Schedule-free AdamW: v as Adam's, z ← z − η (g / (√v̂ + ε) + λ y), x ← (1 − c) x + c z, y ← β₁ x + (1 − β₁) z"""

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | torch.Tensor | None = ...,
        *,
        dialect: str | None = ...,
        betas: tuple[float | None, ...] = ...,
        eps: float = ...,
        weight_decay: float = ...,
        rate_power: float = ...,
        foreach: bool | None = ...,
        fused: bool | None = ...,
        capturable: bool = ...,
        differentiable: bool = ...,
        beta1: float = ...,
        beta2: float = ...,
        epsilon: float = ...,
        before: list[Any] | None = ...,
        after: list[Any] | None = ...,
        state_format: str | None = ...,
        threads: int = ...,
    ) -> None: ...

Adagrad = AdaGrad

RMSprop = RMSProp

Adadelta = AdaDelta

Adamax = AdaMax
