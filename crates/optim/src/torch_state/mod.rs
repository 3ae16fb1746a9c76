/*!
State in the layout of PyTorch's optimizers, out and in: training goes on in torch where it stopped here, and the other
way round.

The tensors go into a safetensors file (`state.<index>.<name>`, torch's names), the groups into JSON. In Python
(`conformance/torch_state.py` has both directions and a check):

```python
import json
from safetensors.torch import load_file

def to_state_dict(tensors, groups):
    """What `torch.optim.<Class>.load_state_dict` takes, from the two files; the class is in the JSON's `format`."""
    state = {}
    for key, value in load_file(tensors).items():
        _, index, name = key.split(".")
        state.setdefault(int(index), {})[name] = value
    return {"state": state, "param_groups": json.load(open(groups))["param_groups"]}
```

The optimizer in torch must have the same groups in the same order, with their parameters in the order of `param_names`.

```
use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_optim::{Dialect, Specification, torch_state};

let specification = Specification::new("adamw", Dialect::Torch).with("learning_rate", 0.01);
let mut optimizer = specification.build::<f32>(Arc::new(Layout::flat(3)))?;
optimizer.step(&mut [1.0, 2.0, 3.0], &[0.1, 0.2, 0.3])?;
let (tensors, groups) = torch_state::export(&specification, optimizer.as_ref())?;
let (_, first_moment) = tensors.get::<f32>("state.0.exp_avg").unwrap();
assert_eq!(first_moment.len(), 3);

let mut other = specification.build::<f32>(Arc::new(Layout::flat(3)))?;
torch_state::import(&specification, other.as_mut(), &tensors, &groups)?;
assert_eq!(other.steps(), 1);
# Ok::<(), thalweg_optim::OptimError>(())
```
*/

mod export;
mod import;
mod plan;
mod table;

pub use export::export;
pub use import::import;
pub use table::buffer_names;

#[cfg(test)]
mod tests;
