//! `optimizer.update(&mut params, &grads)` over named tensors, as in the notes.

use crate::{OptimError, Optimizer, Passes, Rule, Slot, state_of};
use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_lanes::Real;

/// Something that holds the elements of one tensor: a number, a vector, an array.
pub trait Elements<T> {
    /// The elements, row-major.
    fn elements(&self) -> &[T];
    /// The elements, row-major.
    fn elements_mut(&mut self) -> &mut [T];
}

macro_rules! scalar_elements {
    ($($type:ty),*) => {$(
        impl Elements<$type> for $type {
            fn elements(&self) -> &[$type] {
                std::slice::from_ref(self)
            }
            fn elements_mut(&mut self) -> &mut [$type] {
                std::slice::from_mut(self)
            }
        }
    )*};
}
scalar_elements!(f32, f64);

impl<T> Elements<T> for Vec<T> {
    fn elements(&self) -> &[T] {
        self
    }
    fn elements_mut(&mut self) -> &mut [T] {
        self
    }
}

impl<T, const N: usize> Elements<T> for [T; N] {
    fn elements(&self) -> &[T] {
        self
    }
    fn elements_mut(&mut self) -> &mut [T] {
        self
    }
}

/// A collection of named tensors: a `BTreeMap` or `HashMap` from names to [`Elements`].
pub trait Tensors<T> {
    /// Every tensor with its name.
    fn tensors(&self) -> Vec<(&str, &[T])>;
    /// Every tensor with its name.
    fn tensors_mut(&mut self) -> Vec<(&str, &mut [T])>;
}

impl<T, K: Borrow<str> + Ord, V: Elements<T>> Tensors<T> for BTreeMap<K, V> {
    fn tensors(&self) -> Vec<(&str, &[T])> {
        self.iter().map(|(name, value)| (name.borrow(), value.elements())).collect()
    }
    fn tensors_mut(&mut self) -> Vec<(&str, &mut [T])> {
        self.iter_mut().map(|(name, value)| (name.borrow(), value.elements_mut())).collect()
    }
}

impl<T, K: Borrow<str> + Hash + Eq, V: Elements<T>, S> Tensors<T> for HashMap<K, V, S> {
    fn tensors(&self) -> Vec<(&str, &[T])> {
        self.iter().map(|(name, value)| (name.borrow(), value.elements())).collect()
    }
    fn tensors_mut(&mut self) -> Vec<(&str, &mut [T])> {
        self.iter_mut().map(|(name, value)| (name.borrow(), value.elements_mut())).collect()
    }
}

/// An optimizer for named tensors. Its state is made at the first update, for the names and sizes seen there.
pub struct Named<T: Real> {
    make: Box<dyn Fn(Arc<Layout>) -> Box<dyn Optimizer<T>> + Send>,
    optimizer: Option<Box<dyn Optimizer<T>>>,
}

impl<T: Real> Named<T> {
    /// An optimizer by `rule`.
    pub fn new<R: Rule>(rule: R) -> Self {
        Self::from_fn(move |layout| Box::new(Passes::<T>::new(rule.clone(), layout)))
    }

    /// An optimizer that `make` builds for the layout of the first update.
    pub fn from_fn(make: impl Fn(Arc<Layout>) -> Box<dyn Optimizer<T>> + Send + 'static) -> Self {
        Self { make: Box::new(make), optimizer: None }
    }

    /// Updates every parameter in place with the gradient of the same name.
    ///
    /// # Errors
    /// A missing or extra gradient, a gradient of another size, parameters other than those of the first update: in each
    /// case nothing has changed.
    pub fn update<P: Tensors<T>, G: Tensors<T>>(
        &mut self,
        parameters: &mut P,
        gradients: &G,
    ) -> Result<(), OptimError> {
        let gradients: BTreeMap<&str, &[T]> = gradients.tensors().into_iter().collect();
        let mut parameters = parameters.tensors_mut();
        for (name, values) in &parameters {
            let gradient =
                gradients.get(name).ok_or_else(|| OptimError::MissingGradient(name.to_string()))?;
            if gradient.len() != values.len() {
                let what = format!("the gradient of `{name}`");
                return Err(OptimError::Length { what, found: gradient.len(), expected: values.len() });
            }
        }
        if let Some(extra) = gradients.keys().find(|name| !parameters.iter().any(|(known, _)| known == *name))
        {
            return Err(OptimError::ExtraGradient(extra.to_string()));
        }
        self.update_tensors(
            parameters
                .iter_mut()
                .map(|(name, values)| (&**name, &mut **values, gradients.get(name).copied())),
        )
    }

    /// The same for any iterator of (name, parameters, gradient); a tensor with gradient `None` is left alone and its
    /// steps are not counted, as PyTorch does.
    ///
    /// # Errors
    /// As [`Named::update`].
    pub fn update_tensors<'a>(
        &mut self,
        tensors: impl Iterator<Item = (&'a str, &'a mut [T], Option<&'a [T]>)>,
    ) -> Result<(), OptimError> {
        let tensors: Vec<_> = tensors.collect();
        if self.optimizer.is_none() {
            let mut layout = Layout::new();
            for (name, values, _) in &tensors {
                layout
                    .add(*name, &[values.len()])
                    .map_err(|error| OptimError::OtherParameters(error.to_string()))?;
            }
            self.optimizer = Some((self.make)(Arc::new(layout)));
        }
        let Some(optimizer) = &mut self.optimizer else { return Ok(()) };
        let known = optimizer.layout().tensors();
        if known.len() != tensors.len() {
            let counts = format!("{} parameters where {} were", tensors.len(), known.len());
            return Err(OptimError::OtherParameters(counts));
        }
        let mut slots = Vec::with_capacity(tensors.len());
        for (name, values, gradient) in tensors {
            let index = known.iter().position(|tensor| tensor.name == name);
            let index =
                index.ok_or_else(|| OptimError::OtherParameters(format!("parameter `{name}` is new")))?;
            for (what, found) in [
                (format!("parameter `{name}`"), Some(values.len())),
                (format!("the gradient of `{name}`"), gradient.map(<[T]>::len)),
            ] {
                if let Some(found) = found.filter(|&found| found != known[index].len()) {
                    return Err(OptimError::Length { what, found, expected: known[index].len() });
                }
            }
            slots.extend(gradient.map(|gradients| Slot { index, parameters: values, gradients }));
        }
        optimizer.step_tensors(slots)
    }

    /// State `buffer` (such as `velocity`) of the parameter called `tensor`, once there has been an update.
    pub fn state(&self, buffer: &str, tensor: &str) -> Option<Vec<T>> {
        state_of(self.optimizer.as_deref()?, buffer, tensor)
    }

    /// The optimizer underneath, once there has been an update.
    pub fn optimizer(&mut self) -> Option<&mut (dyn Optimizer<T> + 'static)> {
        self.optimizer.as_deref_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Momentum;

    #[test]
    fn vectors_scalars_and_both_kinds_of_map_work() {
        let mut named = Named::new(Momentum { learning_rate: 0.5, momentum: 0.5, ..Momentum::book() });
        let mut params = HashMap::from([("W".to_string(), vec![1.0f32, 2.0]), ("b".to_string(), vec![0.0])]);
        let grads = BTreeMap::from([("b".to_string(), vec![1.0f32]), ("W".to_string(), vec![2.0, 0.0])]);
        named.update(&mut params, &grads).unwrap();
        named.update(&mut params, &grads).unwrap();
        assert_eq!(params["W"], [1.0 - 1.0 - 1.5, 2.0]);
        assert_eq!(named.state("velocity", "b"), Some(vec![-0.75f32]));
    }

    #[test]
    fn what_does_not_match_is_named_and_nothing_changes() {
        let mut named = Named::new(Momentum::book());
        let mut params = BTreeMap::from([("x", 1.0f64), ("y", 2.0)]);
        let error = named.update(&mut params, &BTreeMap::from([("x", 1.0)])).unwrap_err();
        assert_eq!(error, OptimError::MissingGradient("y".into()));
        let error =
            named.update(&mut params, &BTreeMap::from([("x", 1.0), ("y", 1.0), ("z", 1.0)])).unwrap_err();
        assert_eq!(error, OptimError::ExtraGradient("z".into()));
        let error = named
            .update(&mut params, &BTreeMap::from([("x", vec![1.0]), ("y", vec![1.0, 2.0])]))
            .unwrap_err();
        assert_eq!(error.to_string(), "the gradient of `y` has 2 elements where 1 are expected");
        assert_eq!(params, BTreeMap::from([("x", 1.0), ("y", 2.0)]));
        named.update(&mut params, &BTreeMap::from([("x", 1.0), ("y", 1.0)])).unwrap();
        let mut others = BTreeMap::from([("x", 1.0f64), ("w", 2.0)]);
        let error = named.update(&mut others, &BTreeMap::from([("x", 1.0), ("w", 1.0)])).unwrap_err();
        assert!(error.to_string().starts_with("parameter `w` is new"), "{error}");
    }
}
