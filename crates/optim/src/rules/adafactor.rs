//! Adafactor: a second moment kept as row and column means.

use super::names::SECOND_MOMENT;
use super::parts::{Average, arena, rms};
use crate::macros::fields;
use crate::stages::{DecoupledWeightDecay, WeightDecay};
use crate::{
    Barrier, Buildable, Catalogued, Common, Composer, Dialect, Domain, Hyperparameter, Info, Item, Items,
};
use std::ops::Range;
use thalweg_arena::{Arena, Tensor};
use thalweg_lanes::Real;

/// For matrices v ≈ r cᵀ / mean(r) with moving means r of the rows and c of the columns of g²; u = g / √v, clipped so that
/// its root mean square is at most d; w ← w − α u with α = max(ε₂, rms(w)) ρ_t (Shazeer and Stern 2018).
///
/// Almost no state for matrices: rows + columns numbers in place of rows x columns. Vectors keep a whole second moment.
///
/// When to use it: large matrices and little memory. Source: Shazeer and Stern 2018, Adafactor: Adaptive Learning Rates
/// with Sublinear Memory Cost.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `epsilon1`: the least second moment (torch: its root; 0 for the spacing of numbers at 1)
/// - `clip_threshold`: the largest root mean square of a tensor's update
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `beta2_decay`: the power of t in 1 − β₂ = t^beta2_decay
/// - `epsilon2`: the least root mean square of parameters
/// - `maximize`: whether to go uphill
/// - `relative_step`: whether the rate is at most 1 / √t
/// - `decay_exponent`: β₂ = 1 − t^−decay_exponent
/// - `smallest_factored`: matrices with a smaller side keep a whole second moment
/// - `scale_by_parameter`: whether steps go with rms(w)
/// - `momentum`: how much of the velocity a step keeps
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adafactor {
    learning_rate: f64,
    beta2_decay: f64,
    decay_exponent: f64,
    epsilon1: f64,
    epsilon2: f64,
    clip_threshold: f64,
    relative_step: f64,
    smallest_factored: f64,
    scale_by_parameter: f64,
    momentum: f64,
    weight_decay: f64,
    dialect: Dialect,
}

impl Catalogued for Adafactor {
    const INFO: Info = Info {
        name: "adafactor",
        title: "Adafactor",
        formula: "r, c: moving means of the rows and columns of g², v = r cᵀ / mean(r), u = g / √v, \
                  w ← w − max(ε₂, rms(w)) min(η, 1 / √t) u / max(1, rms(u) / d)",
        paper: "Shazeer and Stern 2018, Adafactor: Adaptive Learning Rates with Sublinear Memory Cost",
        when: "large matrices and little memory",
        special: &[
            Hyperparameter::new("beta2_decay", "the power of t in 1 − β₂ = t^beta2_decay", Domain::ANY),
            Hyperparameter::new("decay_exponent", "β₂ = 1 − t^−decay_exponent", Domain::NOT_NEGATIVE),
            Hyperparameter::new(
                "epsilon1",
                "the least second moment (torch: its root; 0 for the spacing of numbers at 1)",
                Domain::NOT_NEGATIVE,
            ),
            Hyperparameter::new("epsilon2", "the least root mean square of parameters", Domain::NOT_NEGATIVE),
            Hyperparameter::new("relative_step", "whether the rate is at most 1 / √t", Domain::FLAG),
            Hyperparameter::new(
                "smallest_factored",
                "matrices with a smaller side keep a whole second moment",
                Domain::COUNT,
            ),
            Hyperparameter::new("scale_by_parameter", "whether steps go with rms(w)", Domain::FLAG),
        ],
        differences: &[
            (
                Dialect::Torch,
                "no ε in g²; v is at least ε₁²; every tensor of rank 2 or more is factored over its last two axes",
            ),
            (Dialect::Keras, "g² + ε₁; rms(w) after decay"),
            (
                Dialect::Optax,
                "g² + ε₁; factored over the two largest axes from 128 on; the rate is not bounded by 1 / √t; decay is not multiplied by the rate",
            ),
        ],
        rates: (1e-4, 1.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        if dialect == Dialect::Book {
            return None;
        }
        Some(Self {
            learning_rate: if dialect == Dialect::Keras { 0.001 } else { 0.01 },
            beta2_decay: -0.8,
            decay_exponent: 0.8,
            epsilon1: if dialect == Dialect::Torch { 0.0 } else { 1e-30 },
            epsilon2: 1e-3,
            clip_threshold: 1.0,
            relative_step: 1.0,
            smallest_factored: if dialect == Dialect::Optax { 128.0 } else { 0.0 },
            scale_by_parameter: 1.0,
            momentum: 0.0,
            weight_decay: 0.0,
            dialect,
        })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("epsilon1", &mut self.epsilon1);
        visit("clip_threshold", &mut self.clip_threshold);
        visit("weight_decay", &mut self.weight_decay);
        if dialect == Dialect::Optax {
            visit("decay_exponent", &mut self.decay_exponent);
            visit("smallest_factored", &mut self.smallest_factored);
            visit("scale_by_parameter", &mut self.scale_by_parameter);
            visit("momentum", &mut self.momentum);
            return;
        }
        visit("beta2_decay", &mut self.beta2_decay);
        visit("epsilon2", &mut self.epsilon2);
        if dialect == Dialect::Keras {
            visit("relative_step", &mut self.relative_step);
        }
    }

    fn common(dialect: Dialect) -> Common {
        Common::without_decay(dialect)
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let layout = composer.layout();
        let least = self.smallest_factored as usize;
        let optax = self.dialect == Dialect::Optax;
        let axes: Vec<Option<Axes>> =
            layout.tensors().iter().map(|tensor| Axes::of(&tensor.shape, least, optax)).collect();
        let index = |tensor: &Tensor| layout.tensors().iter().position(|other| other.name == tensor.name);
        let axes_of = |tensor: &Tensor| index(tensor).and_then(|index| axes[index]);
        let without = |tensor: &Tensor, axis: usize| -> Vec<usize> {
            let kept = tensor.shape.iter().enumerate().filter(|(other, _)| *other != axis);
            kept.map(|(_, &extent)| extent).collect()
        };
        let factored = Factored {
            learning_rate: self.learning_rate,
            beta2_decay: (!optax).then_some(self.beta2_decay),
            decay_exponent: optax.then_some(self.decay_exponent),
            epsilon1: self.epsilon1,
            epsilon2: self.epsilon2,
            clip_threshold: self.clip_threshold,
            scale_by_parameter: self.scale_by_parameter != 0.0,
            bounded: !optax,
            decayed: (self.dialect == Dialect::Keras).then_some(self.weight_decay),
            torch: self.dialect == Dialect::Torch,
            row: arena(layout, |tensor| axes_of(tensor).map(|axes| without(tensor, axes.column))),
            column: arena(layout, |tensor| axes_of(tensor).map(|axes| without(tensor, axes.row))),
            whole: arena(layout, |tensor| axes_of(tensor).is_none().then(|| tensor.shape.clone())),
            axes,
        };
        let mut composer = composer.barrier(factored);
        if optax && self.momentum != 0.0 {
            composer = composer.rule(Average { momentum: self.momentum });
        }
        match optax {
            true => composer.rule(WeightDecay { weight_decay: self.weight_decay }),
            false => composer.rule(DecoupledWeightDecay { weight_decay: self.weight_decay }),
        }
    }
}

/// Which axes a tensor is factored over: `row` indexes rows (whose means are over `column`), and the other way round.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Axes {
    row: usize,
    column: usize,
}

impl Axes {
    fn of(shape: &[usize], least: usize, largest: bool) -> Option<Self> {
        let rank = shape.len();
        if rank < 2 || shape.contains(&0) {
            return None;
        }
        if !largest {
            return Some(Self { row: rank - 2, column: rank - 1 });
        }
        let mut order: Vec<usize> = (0..rank).collect();
        order.sort_by_key(|&axis| shape[axis]);
        let (row, column) = (order[rank - 2], order[rank - 1]);
        (shape[row] >= least).then_some(Self { row, column })
    }

    /// Calls `visit` with the place of each element in the means over the columns and over the rows.
    fn places(self, shape: &[usize], mut visit: impl FnMut(usize, usize, usize)) {
        let strides = |without: usize| {
            let mut stride = 1;
            let mut strides = vec![0; shape.len()];
            for axis in (0..shape.len()).rev().filter(|&axis| axis != without) {
                (strides[axis], stride) = (stride, stride * shape[axis]);
            }
            strides
        };
        let (rows, columns) = (strides(self.column), strides(self.row));
        let mut at = vec![0usize; shape.len()];
        let (mut row, mut column) = (0, 0);
        for element in 0..shape.iter().product() {
            visit(element, row, column);
            for axis in (0..shape.len()).rev() {
                at[axis] += 1;
                (row, column) = (row + rows[axis], column + columns[axis]);
                if at[axis] < shape[axis] {
                    break;
                }
                (row, column) = (row - rows[axis] * shape[axis], column - columns[axis] * shape[axis]);
                at[axis] = 0;
            }
        }
    }
}

struct Factored<T: Real> {
    learning_rate: f64,
    /// The power of t that 1 − β₂ is, or minus that power (optax).
    beta2_decay: Option<f64>,
    decay_exponent: Option<f64>,
    epsilon1: f64,
    epsilon2: f64,
    clip_threshold: f64,
    scale_by_parameter: bool,
    bounded: bool,
    /// How much decay has taken off the parameters by the time they are measured, as a share for each unit of rate.
    decayed: Option<f64>,
    torch: bool,
    axes: Vec<Option<Axes>>,
    row: Arena<T>,
    column: Arena<T>,
    whole: Arena<T>,
}

impl<T: Real> Factored<T> {
    /// ε₁ for this element type: torch's default is the spacing of numbers at 1.
    fn least(&self) -> f64 {
        let spacing = if T::BYTES == 4 { f64::from(f32::EPSILON) } else { f64::EPSILON };
        if self.torch && self.epsilon1 == 0.0 { spacing } else { self.epsilon1 }
    }

    fn range(arena: &Arena<T>, tensor: &Tensor) -> Range<usize> {
        arena.layout().find(&tensor.name).map_or(0..0, |own| own.range.clone())
    }

    /// Divides the updates by the root of the factored second moment.
    fn divide(&mut self, item: &mut Item<'_, T>, axes: Axes, take: f64) {
        let shape = &item.tensor.shape;
        let (added, least) = if self.torch { (0.0, self.least()) } else { (self.epsilon1, 0.0) };
        let (row_range, column_range) =
            (Self::range(&self.row, item.tensor), Self::range(&self.column, item.tensor));
        let (rows, columns) =
            (&mut self.row.values_mut()[row_range], &mut self.column.values_mut()[column_range]);
        let (mut row_sums, mut column_sums) = (vec![0.0; rows.len()], vec![0.0; columns.len()]);
        let updates = item.updates.get_mut();
        axes.places(shape, |element, row, column| {
            let square = updates[element].to_f64().powi(2) + added;
            row_sums[row] += square;
            column_sums[column] += square;
        });
        let follow = |means: &mut [T], sums: &[f64], count: usize| {
            for (mean, sum) in means.iter_mut().zip(sums) {
                let now = sum / count as f64;
                *mean = T::from_f64(mean.to_f64() + take * (now - mean.to_f64()));
            }
        };
        follow(rows, &row_sums, shape[axes.column]);
        follow(columns, &column_sums, shape[axes.row]);
        // The mean of the rows of each matrix of the stack, by the place of its first row.
        let (mut sums, mut of_row) = (vec![0.0; rows.len()], vec![0usize; rows.len()]);
        let stride: usize =
            (axes.row + 1..shape.len()).filter(|&axis| axis != axes.column).map(|axis| shape[axis]).product();
        for row in 0..rows.len() {
            let first = row - (row / stride % shape[axes.row]) * stride;
            of_row[row] = first;
            sums[first] += rows[row].to_f64();
        }
        let mean = |row: usize| (sums[of_row[row]] / shape[axes.row] as f64).max(least);
        axes.places(shape, |element, row, column| {
            let moment = rows[row].to_f64() * columns[column].to_f64() / mean(row);
            let moment = moment.max(least * least);
            updates[element] = T::from_f64(updates[element].to_f64() / moment.sqrt());
        });
    }

    fn divide_whole(&mut self, item: &mut Item<'_, T>, take: f64) {
        let (added, least) = if self.torch { (0.0, self.least().powi(2)) } else { (self.epsilon1, 0.0) };
        let range = Self::range(&self.whole, item.tensor);
        let moments = &mut self.whole.values_mut()[range];
        for (update, moment) in item.updates.get_mut().iter_mut().zip(moments) {
            let square = update.to_f64().powi(2) + added;
            *moment = T::from_f64(moment.to_f64() + take * (square - moment.to_f64()));
            *update = T::from_f64(update.to_f64() / moment.to_f64().max(least).sqrt());
        }
    }
}

impl<T: Real> Barrier<T> for Factored<T> {
    fields!(
        learning_rate, epsilon1, epsilon2, clip_threshold;
        beta2_decay: beta2_decay, decay_exponent: decay_exponent, weight_decay: decayed
    );

    fn rewrites(&self) -> bool {
        true
    }

    fn squares(&self) -> bool {
        true
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let threads = items.threads();
        items.for_each(|mut item| {
            if item.tensor.is_empty() {
                return;
            }
            let t = item.now.step as f64;
            let power = self.beta2_decay.or(self.decay_exponent.map(|exponent| -exponent));
            let take = t.powf(power.unwrap_or(0.0));
            match self.axes[item.index] {
                Some(axes) => self.divide(&mut item, axes, take),
                None => self.divide_whole(&mut item, take),
            }
            let bound = (rms(item.updates.get(), threads) / self.clip_threshold).max(1.0);
            let rate = if self.bounded { self.learning_rate.min(1.0 / t.sqrt()) } else { self.learning_rate };
            let shrunk = (1.0 - self.decayed.unwrap_or(0.0) * self.learning_rate).abs();
            let scale = match self.scale_by_parameter {
                true => (shrunk * rms(item.parameters, threads)).max(self.epsilon2),
                false => 1.0,
            };
            *item.factor = scale * rate / bound;
        });
    }

    fn arenas(&self) -> Vec<(&'static str, &Arena<T>)> {
        vec![("row", &self.row), ("column", &self.column), (SECOND_MOMENT, &self.whole)]
    }

    fn arenas_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)> {
        vec![("row", &mut self.row), ("column", &mut self.column), (SECOND_MOMENT, &mut self.whole)]
    }
}

#[cfg(test)]
mod tests {
    use super::Axes;
    use crate::Dialect;
    use thalweg_arena::Layout;

    #[test]
    fn optax_factors_the_two_longest_axes_where_both_are_long_enough() {
        assert_eq!(Axes::of(&[4, 3, 5], 4, true), Some(Axes { row: 0, column: 2 }));
        assert_eq!(Axes::of(&[4, 3, 5], 5, true), None);
        assert_eq!(Axes::of(&[4, 3, 5], 9, false), Some(Axes { row: 1, column: 2 }));
        assert_eq!(Axes::of(&[4], 1, true), None);
        assert_eq!(Axes::of(&[4, 0], 0, false), None);
    }

    #[test]
    fn epsilon_is_added_to_squares_or_bounds_their_root_from_below() {
        use crate::Specification;
        use std::sync::Arc;
        // Paper: 3 / √(9 + 9), for a vector and for a matrix whose rows and columns are all alike; times the size of 2.
        for shape in [vec![4], vec![2, 2]] {
            let mut layout = Layout::new();
            layout.add("w", &shape).unwrap();
            let spec = Specification::new("adafactor", Dialect::Paper)
                .with("learning_rate", 0.01)
                .with("epsilon1", 9.0);
            let mut adafactor = spec.build::<f64>(Arc::new(layout)).unwrap();
            let mut parameters = vec![2.0; adafactor.layout().len()];
            let gradients = vec![3.0; parameters.len()];
            adafactor.step(&mut parameters, &gradients).unwrap();
            let expected = 2.0 - 0.01 * 2.0 * 3.0 / 18.0f64.sqrt();
            assert!((parameters[0] - expected).abs() < 1e-14, "{shape:?}: {} {expected}", parameters[0]);
        }
        // torch: no root is below the spacing of numbers at 1, which depends on their type.
        let spec = || {
            Specification::new("adafactor", Dialect::Torch)
                .with("learning_rate", 1.0)
                .with("weight_decay", 0.0)
        };
        let mut wide = spec().build::<f64>(Arc::new(Layout::flat(1))).unwrap();
        let mut parameters = [2.0f64];
        wide.step(&mut parameters, &[1e-18]).unwrap();
        let expected = 2.0 * 1e-18 / f64::EPSILON;
        assert!(((2.0 - parameters[0]) / expected - 1.0).abs() < 1e-10, "{}", 2.0 - parameters[0]);
        let mut narrow = spec().build::<f32>(Arc::new(Layout::flat(1))).unwrap();
        let mut parameters = [2.0f32];
        narrow.step(&mut parameters, &[1e-9]).unwrap();
        let expected = 2.0 * 1e-9 / f32::EPSILON;
        assert!(((2.0 - parameters[0]) / expected - 1.0).abs() < 1e-4, "{} {expected}", 2.0 - parameters[0]);
    }
}
