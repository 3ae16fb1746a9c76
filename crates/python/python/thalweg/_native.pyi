from typing import Any, final

from typing_extensions import Self, disjoint_base

__all__ = ["Dataset", "Network", "Optimizer", "Rule", "Trained", "compare", "downloadable", "fetch", "functions", "rules", "train", "write_page"]

@disjoint_base
class Optimizer:
    """An update rule at work on a dict of NumPy arrays and numbers.

    State is made at the first update, for the names, kinds and shapes of its parameters. Whatever error is raised,
    no parameter and no state has changed.
    """

    def __new__(
        cls,
        rule: str,
        dialect: str = "book",
        *,
        options: dict[str, Any] | None = None,
        measure: bool = False,
        threads: int = 1,
        written: Any = None,
        **hyperparameters: float,
    ) -> Self:
        """The rule called `rule` in the catalogue, with the formula and defaults of `dialect` ("book", "torch", "keras", "optax", "paper").

        options: before, after, groups, schedule, schedules, state, non_finite, accumulate, sharpness, as `thalweg.optim` describes them.
        measure: whether norms are measured for `report`. threads: of an update of many parameters; the bits do not depend on it.
        written: a specification as `state_dict` has it, in place of options and hyper-parameters.
        Raises ValueError for a rule, dialect, option or hyper-parameter there is not, and for a value out of range.
        """

    def update(self, params: dict[str, Any], grads: dict[str, Any]) -> None:
        """Updates every parameter with the gradient of the same name.

        Arrays of float32 or float64, of any shape and strides, change in place; the entry of a number (Python's or a
        NumPy scalar) is replaced by a float. Raises KeyError for a missing or superfluous gradient; TypeError for other
        dtypes and for a gradient of another dtype than its parameter; ValueError for another shape, read-only arrays,
        arrays that share memory, and parameters other than those of the first update; RuntimeError if another thread is
        updating with this optimizer.
        """

    def update_list(self, params: list[Any], grads: list[Any], counts: tuple[Any, Any] | None = None) -> None:
        """The same for arrays without names, in the same order every time: those whose gradient is None sit this update out.

        counts: the arrays of `counts()`; what was written to them holds, and they are up to date afterwards.
        """

    def state_memory(self, params: list[Any]) -> list[tuple[str, str, list[int], str, int, int]]:
        """Makes the state of parameters without names and tells where it lies: parameter, buffer, shape, NumPy's name of the type,
        address, elements. The memory stays where it is as long as this object lives."""

    def counts(self) -> tuple[Any, list[str], Any]:
        """Updates done by parameter (float32), and the numbers that the rule keeps beside its buffers: names and values (float64)."""

    def evaluation_point(self, params: dict[str, Any]) -> dict[str, Any]:
        """Where the next gradient is wanted, as new arrays: the parameters, but for a rule that looks ahead."""

    def averaged(self, params: dict[str, Any]) -> dict[str, Any]:
        """The parameters to evaluate with, as new arrays: the parameters, but for averages of weights and schedule-free rules."""

    def second_point(self, params: dict[str, Any], grads: dict[str, Any]) -> dict[str, Any] | None:
        """Where a second gradient is wanted before the update (sharpness-aware minimisation), or None."""

    def state(self, name: str) -> dict[str, Any] | None:
        """State `name` (one of `state_names`) of every parameter: read-only copies, None before the first update."""

    def set(self, **hyperparameters: float) -> None:
        """Changes hyper-parameters from the next update on; all or none."""

    def set_group(self, group: int, **hyperparameters: float) -> None:
        """The same for one group."""

    def scale_rate(self, factor: float) -> None:
        """Multiplies the learning rate from the next update on, beside the schedule. Not cumulative."""

    def state_dict(self) -> dict[str, Any]:
        """Everything that is needed to go on elsewhere, as numbers, strings and bytes."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes on from a `state_dict` of the same rule, dialect, stages and groups; all or nothing. Raises ValueError that names what
        differs."""

    def explain(self, params: dict[str, Any]) -> str:
        """The plan of the groups over parameters like these, in words. Raises ValueError with the plan, where groups do not fit."""

    @property
    def learning_rate(self) -> float | None:
        """The learning rate of the next update, schedule included."""

    @property
    def report(self) -> dict[str, Any] | None:
        """What the last update tells of itself: step, learning_rate, clipped, non_finite, skipped, groups, and, if measured,
        gradient_norm, update_norm, parameter_norm, update_to_weight."""

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
    def torch_buffers(self) -> dict[str, str]:
        """What torch calls the buffers of state, by our names; empty for a rule that torch does not have."""
    @property
    def hyperparameters(self) -> dict[str, str]:
        """What each hyper-parameter does and which values it takes, by name."""

    @property
    def defaults(self) -> dict[str, dict[str, float]]:
        """The default of each hyper-parameter, by dialect and name."""

def rules() -> list[Rule]:
    """Every rule, in order of increasing complexity."""

@final
class Network:
    """Layers as a function of parameters and examples, with its gradient. It holds no parameters; running statistics stay at their
    start."""

    def __new__(
        cls,
        layers: str,
        inputs: int | tuple[int, int, int],
        outputs: int,
        *,
        loss: str = "softmax_cross_entropy",
        dtype: str = "float32",
        threads: int = 1,
    ) -> Self:
        """inputs: the number of features, or channels, rows and columns of an image. loss: or "mean_squared_error"; "reconstruction"."""

    @property
    def layers(self) -> str: ...
    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Names and shapes of the parameters."""

    def initial(self, initial: str = "he", seed: int = 1) -> dict[str, Any]:
        """Initial values: weights as `initial` says, biases 0. Views of one new array, as `together` makes them."""

    def together(self, params: dict[str, Any]) -> dict[str, Any]:
        """The same parameters as views of one new array: parameters that lie like that are read without a copy."""

    def outputs(self, params: dict[str, Any], x: Any) -> Any:
        """What the last layer gives for each example, `[examples, outputs]`."""

    def loss(self, params: dict[str, Any], x: Any, t: Any) -> float:
        """The mean loss of the examples."""

    def cross_entropy(self, params: dict[str, Any], x: Any, t: Any, floor: float = 1e-7) -> float:
        """The mean of −ln(y + floor), where y is softmax's share for the right class of each example: the book's cross-entropy."""

    def gradients(self, params: dict[str, Any], x: Any, t: Any) -> tuple[float, dict[str, Any]]:
        """The mean loss of a batch and its gradient with respect to every parameter: views of one new array."""

@final
class Dataset:
    """Examples for training, validation and test."""

    @staticmethod
    def load(name: str, *, folder: Any = None, options: dict[str, Any] | None = None) -> Dataset:
        """A data set of the registry, or of a file: "digits", "mnist", "csv:PATH", "npz:PATH", "images:PATH", "text:PATH"."""

    @staticmethod
    def of(
        x: Any,
        t: Any,
        *,
        validation: tuple[Any, Any] | None = None,
        test: tuple[Any, Any] | None = None,
        classification: bool = True,
        image: tuple[int, int] | None = None,
        name: str = "arrays",
    ) -> Dataset:
        """A data set of arrays, one row an example."""

    def part(self, part: str) -> tuple[Any, Any]:
        """Inputs and targets of "train", "validation" or "test", as new arrays; targets that are not known are None."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def understood(self) -> list[str]: ...
    @property
    def inputs(self) -> list[str]: ...
    @property
    def classes(self) -> list[str]: ...
    @property
    def image(self) -> tuple[int, int] | None: ...

@final
class Trained:
    """A trained network; `thalweg.nn.Model` wraps it."""

    @staticmethod
    def of(bytes: bytes, *, weights: str = "judged") -> Trained: ...
    @staticmethod
    def load(path: Any, *, activation: str | None = None, weights: str = "judged") -> Trained: ...
    @property
    def weights(self) -> str: ...
    def data(self, name: str, *, folder: Any = None) -> Dataset: ...
    def parameters(self) -> dict[str, Any]: ...
    def outputs(self, x: Any) -> Any: ...
    def evaluate(
        self, x: Any, t: Any, *, classification: bool = True
    ) -> tuple[float, float | None, float | None, float | None, float | None]: ...
    def export(self, path: Any, *, naming: str = "thalweg") -> None: ...
    def saved(self) -> bytes: ...

def train(
    dataset: Dataset,
    settings: dict[str, Any],
    *,
    threads: int = 1,
    progress: Any = None,
    resume: bytes | None = None,
) -> tuple[bytes, str, str]:
    """Trains; gives the saved run, the record as JSON and how it ended."""

def compare(
    text: str,
    *,
    arguments: list[str] = ...,
    threads: int = 1,
    folder: Any = None,
    store: Any = None,
    own: dict[int, tuple[Any, str]] = ...,
    progress: Any = None,
) -> str:
    """Runs the experiment of a TOML text and gives the comparison as JSON; `arguments` names the argument that each line comes from."""

def write_page(comparison: str, path: Any, *, language: str = "en", force: bool = False, folder: Any = None) -> None:
    """Writes the page of a comparison, given as JSON, to a file.

    Raises FileExistsError for a file that is no page of this program, unless `force` says to replace it; ValueError for a language there is
    not and for a comparison that cannot be read; OSError where the file cannot be written.
    """

def fetch(name: str, open: Any, folder: Any = None, mirror: str | None = None, progress: Any = None) -> list[Any]:
    """Downloads the files of a known set; `open(url, start)` makes the requests. `thalweg.data.fetch` calls it."""

def downloadable() -> list[str]:
    """The names of the sets that can be downloaded."""

def functions() -> list[str]:
    """The functions of two variables that comparisons can minimise, by name."""
