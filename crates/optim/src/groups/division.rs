//! Muon on any network: its hidden matrices to Muon, everything else to AdamW.

use super::{GroupSpecification, Match, layer_of};
use crate::{Dialect, Entry, Specification};
use thalweg_arena::{Layout, Tensor};

/// What AdamW's rate is of Muon's, where the two do not move parameters by as much: 3e-4 to 0.02 (Jordan et al. 2024).
const RATE_FACTOR: f64 = 0.015;

/// The same with a group of hidden matrices for Muon and one of everything else for AdamW (biases, norms, filters, embeddings and
/// the last layer), if `specification` is of Muon, has no groups, and `layout` holds something else beside matrices. AdamW has the
/// dialect's form, Muon's weight decay, and Muon's rate or a share of it.
pub(crate) fn divided(specification: &Specification, layout: &Layout) -> Option<Specification> {
    let hidden = hidden_matrices(layout);
    let matrices_alone = layout.tensors().iter().all(is_matrix);
    if specification.rule != "muon" || !specification.groups.is_empty() || matrices_alone || hidden.is_empty()
    {
        return None;
    }
    let dialect = specification.dialect;
    let defaults = Entry::named(&specification.rule).ok()?.defaults(dialect)?;
    let value = |wanted: &str| {
        let default = defaults.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
        specification.hyperparameters.get(wanted).copied().or(default)
    };
    let mut rest = GroupSpecification::new("everything else", Match::default());
    rest.rule = Some("adamw".into());
    // Algorithm 2 of the paper of AdamW does not multiply the decay by the rate; what people run beside Muon does.
    rest.dialect = Some(if dialect == Dialect::Paper { Dialect::Torch } else { dialect });
    for name in ["learning_rate", "weight_decay"] {
        rest.hyperparameters.extend(value(name).map(|value| (name.to_string(), value)));
    }
    if dialect == Dialect::Keras {
        rest.hyperparameters.extend(value("epsilon").map(|value| ("epsilon".to_string(), value)));
    }
    // Where Muon's updates are scaled to the size of Adam's, and in optax, both have one rate.
    let one_rate = matches!(dialect, Dialect::Keras | Dialect::Optax) || value("adjust") == Some(1.0);
    rest.rate_factor = (!one_rate).then_some(RATE_FACTOR);
    let names = hidden.iter().map(|tensor| tensor.name.as_str());
    let groups = vec![GroupSpecification::new("hidden matrices", Match::names(names)), rest];
    Some(Specification { groups, ..specification.clone() })
}

fn is_matrix(tensor: &Tensor) -> bool {
    tensor.shape.len() == 2
}

/// Tables of embeddings by their usual names: `E1` and `P1` here, `embedding` elsewhere.
fn is_embedding(name: &str) -> bool {
    let numbered = name.strip_prefix(['E', 'P']);
    let own = numbered.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()));
    own || name.to_lowercase().contains("embed")
}

/// The matrices that are no embeddings, without those of the last layer, unless it is the only one.
fn hidden_matrices(layout: &Layout) -> Vec<&Tensor> {
    let matrices = layout.tensors().iter().enumerate();
    let matrices = matrices.filter(|(_, tensor)| is_matrix(tensor) && !is_embedding(&tensor.name));
    let layers: Vec<(usize, &Tensor)> =
        matrices.map(|(index, tensor)| (layer_of(layout, index), tensor)).collect();
    let last = layers.last().map(|(layer, _)| *layer);
    let alone = layers.iter().all(|(layer, _)| Some(*layer) == last);
    let hidden = layers.into_iter().filter(|(layer, _)| alone || Some(*layer) != last);
    hidden.map(|(_, tensor)| tensor).collect()
}

#[cfg(all(test, feature = "matrix"))]
mod tests {
    use super::*;
    use crate::Plan;
    use std::sync::Arc;

    fn layout(tensors: &[(&str, &[usize])]) -> Arc<Layout> {
        let mut layout = Layout::new();
        for (name, shape) in tensors {
            layout.add(*name, shape).unwrap();
        }
        Arc::new(layout)
    }

    fn plan(specification: &Specification, layout: &Arc<Layout>) -> Vec<(String, Option<f64>, String)> {
        let plan = Plan::new::<f64>(specification, layout).unwrap();
        let names = |tensors: &[usize]| {
            tensors.iter().map(|&index| layout.tensors()[index].name.as_str()).collect::<Vec<_>>().join(" ")
        };
        plan.groups
            .iter()
            .map(|group| (group.rule.clone(), group.learning_rate, names(&group.tensors)))
            .collect()
    }

    const NETWORK: [(&str, &[usize]); 9] = [
        ("E1", &[9, 4]),
        ("W1", &[4, 3, 2, 2]),
        ("b1", &[4]),
        ("gamma1", &[4]),
        ("W2", &[4, 5]),
        ("b2", &[5]),
        ("W3", &[5, 2]),
        ("b3", &[2]),
        ("decoder.embed.weight", &[3, 3]),
    ];

    #[test]
    fn hidden_matrices_are_muon_s_and_everything_else_is_adamw_s() {
        let layout = layout(&NETWORK);
        let rest = "E1 W1 b1 gamma1 b2 W3 b3 decoder.embed.weight";
        for (dialect, other, rate) in [
            (Dialect::Torch, "torch", 0.015 * 0.5),
            (Dialect::Paper, "torch", 0.015 * 0.5),
            (Dialect::Keras, "keras", 0.5),
            (Dialect::Optax, "optax", 0.5),
        ] {
            let muon = Specification::new("Muon", dialect).with("lr", 0.5);
            let expected = [
                (format!("muon ({dialect})"), Some(0.5), "W2".to_string()),
                (format!("adamw ({other})"), Some(rate), rest.to_string()),
            ];
            assert_eq!(plan(&muon, &layout), expected);
            let mut optimizer = muon.build::<f64>(layout.clone()).unwrap();
            let mut parameters = vec![0.5; layout.len()];
            optimizer.step(&mut parameters, &vec![0.25; layout.len()]).unwrap();
            let moved = |name: &str| parameters[layout.find(name).unwrap().range.start] != 0.5;
            assert!(NETWORK.iter().all(|(name, _)| moved(name)), "{dialect}");
            // The share of the rate stays when it is set.
            optimizer.set("learning_rate", 0.0).unwrap();
            let before = parameters.clone();
            optimizer.step(&mut parameters, &vec![0.25; layout.len()]).unwrap();
            assert_eq!(parameters, before, "{dialect}");
        }
        let scaled =
            Specification::new("muon", Dialect::Torch).with("adjust", 1.0).with("learning_rate", 0.5);
        assert_eq!(plan(&scaled, &layout)[1].1, Some(0.5));
    }

    #[test]
    fn matrices_alone_are_all_muon_s_and_without_any_it_says_so() {
        let muon = Specification::new("muon", Dialect::Torch);
        let alone = layout(&[("w", &[4, 5]), ("tall", &[6, 3])]);
        assert_eq!(plan(&muon, &alone)[0].2, "w tall");
        // The only layer with a matrix is not held back for AdamW.
        let single = layout(&[("W1", &[4, 5]), ("b1", &[5])]);
        assert_eq!(plan(&muon, &single)[0].2, "W1");
        let error = muon.build::<f64>(Arc::new(Layout::flat(2))).err().unwrap().to_string();
        assert!(error.starts_with("muon cannot update `parameters` of shape [2]"), "{error}");
    }

    #[test]
    fn keras_s_epsilon_is_that_of_its_adam() {
        let layout = layout(&[("W1", &[2, 2]), ("b1", &[2])]);
        let run = |epsilon: f64| {
            let muon = Specification::new("muon", Dialect::Keras).with("epsilon", epsilon);
            let mut optimizer = muon.build::<f64>(layout.clone()).unwrap();
            let mut parameters = vec![0.5; layout.len()];
            optimizer.step(&mut parameters, &vec![0.25; layout.len()]).unwrap();
            ["W1", "b1"].map(|name| parameters[layout.find(name).unwrap().range.start])
        };
        let ([matrix, bias], [same, other]) = (run(1e-7), run(0.5));
        assert!(matrix == same && bias != other, "{matrix} {same} {bias} {other}");
    }
}
