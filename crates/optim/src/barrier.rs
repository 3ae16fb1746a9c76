//! What must see a whole tensor, or all of them, before the next sweep can go on.

use crate::Moment;
use crate::segment::sum_of_squares;
use crate::sweep::visible;
use crate::work::Work;
use thalweg_arena::{Arena, Tensor};
use thalweg_lanes::Real;

/// A stage between two sweeps: it reads whole tensors of updates (gradients, if no stage came before) and either leaves a
/// factor for each tensor, which the next sweep multiplies by, or rewrites the updates.
///
/// Norms and trust ratios leave factors and cost one reading of the updates. What mixes the elements of a tensor
/// (orthogonalisation, factored moments, centralisation) rewrites.
pub trait Barrier<T: Real>: Send {
    /// Whether the updates are rewritten. If not, [`Item::updates`] cannot be changed and only factors count.
    fn rewrites(&self) -> bool {
        false
    }

    /// Whether it squares single elements in the parameters' own type, so that an element whose square is infinite would stand still
    /// for good.
    fn squares(&self) -> bool {
        false
    }

    /// Shows every hyper-parameter, by name, to `visit`, which may change it.
    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        let _ = visit;
    }

    /// Begins an update and returns what has to be summed over all tensors before [`settle`](Self::settle), those of other groups
    /// included; `None` for a barrier that looks at each tensor by itself.
    fn survey(&mut self, items: &mut Items<'_, '_, T>) -> Option<Survey> {
        let _ = items;
        None
    }

    /// Does the work for one update; [`Items::whole`] is the sum of what was surveyed.
    fn settle(&mut self, items: &mut Items<'_, '_, T>);

    /// State by buffer; the shapes may differ from the parameters', the names of tensors are theirs.
    fn arenas(&self) -> Vec<(&'static str, &Arena<T>)> {
        Vec::new()
    }

    /// The same, to fill it with saved values.
    fn arenas_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)> {
        Vec::new()
    }

    /// Numbers that belong to no tensor, by name.
    fn numbers(&self) -> Vec<(&'static str, f64)> {
        Vec::new()
    }

    /// The same, to fill them with saved values.
    fn numbers_mut(&mut self) -> Vec<(&'static str, &mut f64)> {
        Vec::new()
    }
}

/// What is known when all tensors have been looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Survey {
    /// What it is of; sums are formed over groups that ask for the same.
    pub subject: Subject,
    /// The sums.
    pub sums: [f64; 2],
}

/// What is summed over all tensors, in the order in which an update needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The progress towards the solution and the magnitude of the summed gradients, from which a rule estimates its rate.
    Distance,
    /// The square of a norm.
    Norm,
}

impl Survey {
    /// The square of the norm of all updates, as far as these tensors go.
    pub(crate) fn norm<T: Real>(items: &mut Items<'_, '_, T>) -> Self {
        let (mut squares, threads) = (0.0, items.threads());
        items.for_each(|item| squares += sum_of_squares(item.updates.get(), threads));
        Self { subject: Subject::Norm, sums: [squares, 0.0] }
    }

    /// The two together.
    pub(crate) fn and(self, other: Self) -> Self {
        let sums = [self.sums[0] + other.sums[0], self.sums[1] + other.sums[1]];
        Self { sums, ..self }
    }
}

/// A barrier with hyper-parameters that cannot be set from outside.
pub(crate) struct Aside<T: Real> {
    pub(crate) barrier: Box<dyn Barrier<T>>,
    pub(crate) hidden: Vec<&'static str>,
}

impl<T: Real> Barrier<T> for Aside<T> {
    fn rewrites(&self) -> bool {
        self.barrier.rewrites()
    }

    fn squares(&self) -> bool {
        self.barrier.squares()
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.barrier.hyperparameters(&mut visible(&self.hidden, visit));
    }

    fn survey(&mut self, items: &mut Items<'_, '_, T>) -> Option<Survey> {
        self.barrier.survey(items)
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        self.barrier.settle(items);
    }

    fn arenas(&self) -> Vec<(&'static str, &Arena<T>)> {
        self.barrier.arenas()
    }

    fn arenas_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)> {
        self.barrier.arenas_mut()
    }

    fn numbers(&self) -> Vec<(&'static str, f64)> {
        self.barrier.numbers()
    }

    fn numbers_mut(&mut self) -> Vec<(&'static str, &mut f64)> {
        self.barrier.numbers_mut()
    }
}

/// The updates of one tensor.
#[derive(Debug)]
pub enum Updates<'a, T> {
    /// For a barrier that measures.
    Read(&'a [T]),
    /// For a barrier that rewrites.
    Write(&'a mut [T]),
}

impl<T> Updates<'_, T> {
    /// The updates.
    pub fn get(&self) -> &[T] {
        match self {
            Updates::Read(values) => values,
            Updates::Write(values) => values,
        }
    }

    /// The updates, to rewrite them; empty for a barrier that said it does not.
    pub fn get_mut(&mut self) -> &mut [T] {
        match self {
            Updates::Read(_) => &mut [],
            Updates::Write(values) => values,
        }
    }
}

/// One tensor as a barrier sees it.
#[derive(Debug)]
pub struct Item<'a, T> {
    /// Its place in the layout.
    pub index: usize,
    /// Name and shape.
    pub tensor: &'a Tensor,
    /// When.
    pub now: Moment,
    /// The parameters before the update.
    pub parameters: &'a [T],
    /// The gradient as it came.
    pub gradients: &'a [T],
    /// What the stages before made of it.
    pub updates: Updates<'a, T>,
    /// What the next sweep multiplies this tensor's updates by; 1 if left alone.
    pub factor: &'a mut f64,
}

/// The tensors of one update, as a barrier sees them.
pub struct Items<'a, 'w, T: Real> {
    pub(crate) work: &'a mut Work<'w, T>,
    pub(crate) tensors: &'a [Tensor],
    /// The updates of all tensors, if they differ from the gradients.
    pub(crate) updates: Option<&'a mut [T]>,
    pub(crate) rewrites: bool,
    pub(crate) factors: &'a mut [f64],
    pub(crate) moment: &'a dyn Fn(usize) -> Moment,
    pub(crate) clipped: &'a mut bool,
    pub(crate) threads: usize,
    pub(crate) whole: [f64; 2],
}

impl<T: Real> Items<'_, '_, T> {
    /// Visits every tensor that takes part, in order.
    pub fn for_each(&mut self, mut visit: impl FnMut(Item<'_, T>)) {
        for k in 0..self.work.len() {
            let (index, parameters, gradients) = self.work.tensor(k);
            let tensor = &self.tensors[index];
            let updates = match &mut self.updates {
                Some(updates) if self.rewrites => Updates::Write(&mut updates[tensor.range.clone()]),
                Some(updates) => Updates::Read(&updates[tensor.range.clone()]),
                None => Updates::Read(gradients),
            };
            let (now, factor) = ((self.moment)(index), &mut self.factors[index]);
            visit(Item { index, tensor, now, parameters, gradients, updates, factor });
        }
    }

    /// The sums that the barrier asked for with [`Barrier::survey`], over all tensors of the update.
    pub fn whole(&self) -> [f64; 2] {
        self.whole
    }

    /// Says that gradients were clipped, for the report.
    pub fn clipped(&mut self) {
        *self.clipped = true;
    }

    /// Threads that may be used.
    pub fn threads(&self) -> usize {
        self.threads
    }
}

/// The rows and columns of a tensor of rank 2 or more, seen as a stack of matrices over its last two axes:
/// (matrices, rows, columns).
#[cfg(feature = "matrix")]
pub(crate) fn matrices(shape: &[usize]) -> Option<(usize, usize, usize)> {
    let [stack @ .., rows, columns] = shape else { return None };
    Some((stack.iter().product(), *rows, *columns))
}
