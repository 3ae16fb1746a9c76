//! Six update rules as interchangeable objects: `optimizer.update(params, grads)` over named parameters, thirty steps on the
//! bowl f(x, y) = x²/20 + y² from (-7, 2), as chapter 6 of the notes' book does it.
//!
//! `cargo run -p thalweg --example 03_update_rules`

use std::collections::BTreeMap;
use thalweg::data::Function;
use thalweg::optim::OptimError;
use thalweg::prelude::*;

const STEPS: usize = 30;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bowl = Function::named("bowl")?;
    println!("{} from {:?}, after {STEPS} steps:", bowl.definition().formula, bowl.definition().start);
    // Each rule starts from the book's defaults; only the learning rate is chosen for this bowl.
    descend(&bowl, "SGD", Sgd { learning_rate: 0.95 })?;
    descend(&bowl, "Momentum", Momentum { learning_rate: 0.1, ..Momentum::book() })?;
    descend(&bowl, "Nesterov", Nesterov { learning_rate: 0.1, ..Nesterov::book() })?;
    descend(&bowl, "AdaGrad", AdaGrad { learning_rate: 1.5, ..AdaGrad::book() })?;
    descend(&bowl, "RMSProp", RmsProp { learning_rate: 0.1, ..RmsProp::book() })?;
    descend(&bowl, "Adam", Adam { learning_rate: 0.3, ..Adam::book() })?;
    Ok(())
}

/// Walks down the bowl by `rule` and prints where the walk ends.
fn descend(bowl: &Function, name: &str, rule: impl Rule) -> Result<(), OptimError> {
    let [x, y] = bowl.definition().start;
    let mut params = BTreeMap::from([("x", x), ("y", y)]);
    let mut optimizer = Named::new(rule);
    for _ in 0..STEPS {
        let [dx, dy] = bowl.gradient([params["x"], params["y"]]);
        let grads = BTreeMap::from([("x", dx), ("y", dy)]);
        optimizer.update(&mut params, &grads)?;
    }
    let (x, y) = (params["x"], params["y"]);
    println!("  {name:<8} x = {x:9.6}  y = {y:9.6}  f = {:.6}", bowl.value([x, y]));
    Ok(())
}
