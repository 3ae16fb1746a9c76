from typing import Any, final

from typing_extensions import Self, disjoint_base

__all__ = ["Optimizer", "Rule", "rules"]

@disjoint_base
class Optimizer:
    """An update rule at work on a dict of NumPy arrays and numbers.

    State is made at the first update, for the names, kinds and shapes of its parameters. Whatever error is raised,
    no parameter and no state has changed.
    """

    def __new__(cls, rule: str, dialect: str = "book", **hyperparameters: float) -> Self:
        """The rule called `rule` in the catalogue, with the formula and defaults of `dialect` ("book", "torch", "keras", "optax", "paper").

        Raises ValueError for a rule, dialect or hyper-parameter there is not, and for a value out of range.
        """

    def update(self, params: dict[str, Any], grads: dict[str, Any]) -> None:
        """Updates every parameter with the gradient of the same name.

        Arrays of float32 or float64, of any shape and strides, change in place; the entry of a number (Python's or a
        NumPy scalar) is replaced by a float. Raises KeyError for a missing or superfluous gradient; TypeError for other
        dtypes and for a gradient of another dtype than its parameter; ValueError for another shape, read-only arrays,
        arrays that share memory, and parameters other than those of the first update; RuntimeError if another thread is
        updating with this optimizer.
        """

    def evaluation_point(self, params: dict[str, Any]) -> dict[str, Any]:
        """Where the next gradient is wanted, as new arrays: the parameters, but for a rule that looks ahead."""

    def state(self, name: str) -> dict[str, Any] | None:
        """State `name` (one of `state_names`) of every parameter: read-only copies, None before the first update."""

    def set(self, **hyperparameters: float) -> None:
        """Changes hyper-parameters from the next update on; all or none."""

    @property
    def rule(self) -> str: ...
    @property
    def dialect(self) -> str: ...
    @property
    def steps(self) -> int: ...
    @property
    def state_names(self) -> list[str]: ...
    @property
    def hyperparameters(self) -> dict[str, float]: ...

@final
class Rule:
    """A rule of the catalogue."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def formula(self) -> str: ...
    @property
    def paper(self) -> str: ...
    @property
    def when(self) -> str: ...
    @property
    def looks_ahead(self) -> bool: ...
    @property
    def hyperparameters(self) -> dict[str, str]:
        """What each hyper-parameter does and which values it takes, by name."""

    @property
    def defaults(self) -> dict[str, dict[str, float]]:
        """The default of each hyper-parameter, by dialect and name."""

def rules() -> list[Rule]:
    """Every rule, in order of increasing complexity."""
