//! Several passes over the groups of one layout.

use super::plan::{assign, sub_layout};
use crate::barrier::Survey;
use crate::packed::PackedArena;
use crate::passes::Passes;
use crate::report::{GroupReport, NonFinite, StepReport};
use crate::segment::sum_of_squares;
use crate::work::{Slot, Work, check_length, check_slots};
use crate::{Buildable, Composer, Entry, OptimError, Optimizer, Specification, stages};
use std::ops::Range;
use std::sync::Arc;
use thalweg_arena::{Arena, Layout};
use thalweg_kit::hint;
use thalweg_lanes::Real;

/// The passes of one group; none if it is frozen.
struct Member<T: Real> {
    name: String,
    /// Its tensors, by index in the whole layout.
    tensors: Vec<usize>,
    rate_factor: f64,
    passes: Option<Passes<T>>,
    /// What it has to know of the other groups before its update goes on.
    asked: Option<Survey>,
}

/// Stages on the gradients of all groups that are not frozen.
struct Head<T: Real> {
    /// The tensors that move, by index in the whole layout.
    tensors: Vec<usize>,
    passes: Passes<T>,
    /// What comes out: gradients for the groups.
    out: Vec<T>,
}

/// An optimizer whose groups have rules of their own.
pub(crate) struct Grouped<T: Real> {
    layout: Arc<Layout>,
    members: Vec<Member<T>>,
    /// Where each tensor belongs: the member, and the index in its layout.
    homes: Vec<(usize, usize)>,
    head: Option<Head<T>>,
    /// Whether norms are measured.
    measuring: bool,
    /// Where there is a head, the square of the norm of each group's gradients as they came.
    squares: Vec<f64>,
    counts: Vec<u64>,
    report: StepReport,
}

impl<T: Buildable> Grouped<T> {
    pub(crate) fn new(specification: &Specification, layout: Arc<Layout>) -> Result<Self, OptimError> {
        let assigned = assign(&specification.groups, &layout)?;
        let mut homes = vec![(0, 0); layout.tensors().len()];
        let (mut members, mut rules) = (Vec::new(), Vec::new());
        for (group, tensors) in specification.groups.iter().zip(assigned) {
            tensors.iter().enumerate().for_each(|(inner, &outer)| homes[outer] = (members.len(), inner));
            let own = group.specification(specification)?;
            rules.extend(
                Entry::named(&own.rule)?.defaults(own.dialect).into_iter().flatten().map(|(name, _)| name),
            );
            let passes = match group.frozen {
                true => None,
                false => {
                    let passes = own.passes::<T>(Arc::new(sub_layout(&layout, &tensors)), true)?;
                    Some(passes.within(places(&layout, &tensors), layout.len()))
                }
            };
            let (name, rate_factor) = (group.name.clone(), group.rate_factor.unwrap_or(1.0));
            members.push(Member { name, tensors, rate_factor, passes, asked: None });
        }
        let head = match specification.before.is_empty() {
            true => None,
            false => {
                let moving: Vec<usize> =
                    (0..homes.len()).filter(|&index| members[homes[index].0].passes.is_some()).collect();
                let composer = Composer::new(Arc::new(sub_layout(&layout, &moving))).hiding(&rules);
                let passes = shared(specification, composer)?.build().transforming();
                let passes = passes.within(places(&layout, &moving), layout.len());
                let passes = passes.described(specification.stage_settings());
                Some(Head { tensors: moving, passes, out: vec![T::ZERO; layout.len()] })
            }
        };
        let report = StepReport {
            groups: members
                .iter()
                .map(|member| GroupReport { name: member.name.clone(), ..GroupReport::default() })
                .collect(),
            ..StepReport::default()
        };
        let (counts, squares) = (vec![0; homes.len()], vec![0.0; members.len()]);
        let mut grouped = Self { layout, members, homes, head, measuring: false, squares, counts, report };
        for (name, schedule) in &specification.schedules {
            grouped.known(name)?;
            grouped.having(name).for_each(|(passes, _)| passes.schedule_of(name, schedule.clone()));
        }
        Ok(grouped)
    }
}

/// The stages before the groups, which all tensors that move go through together.
pub(super) fn shared<T: Buildable>(
    specification: &Specification,
    composer: Composer<T>,
) -> Result<Composer<T>, OptimError> {
    let mut stages = specification.before.iter();
    stages.try_fold(composer, |composer, stage| stages::compose(&stage.stage, &stage.set, composer))
}

/// What a group makes of a value that is set for all: it keeps its share of the rate.
fn own_value(name: &str, value: f64, factor: f64) -> f64 {
    if name == "learning_rate" { value * factor } else { value }
}

/// The name of a number of a group, or of the stages that all share.
fn group_key(key: &str, group: Option<&str>) -> String {
    group.map_or_else(|| format!("{key}.before"), |group| format!("{key}.group {group}"))
}

fn places(layout: &Layout, tensors: &[usize]) -> Vec<Range<usize>> {
    tensors.iter().map(|&index| layout.tensors()[index].range.clone()).collect()
}

impl<T: Real> Grouped<T> {
    fn passes(&mut self) -> impl Iterator<Item = &mut Passes<T>> {
        self.members.iter_mut().filter_map(|member| member.passes.as_mut())
    }

    /// The passes of the stages that all share and those of the groups, each with its share of the rate.
    fn all(&mut self) -> impl Iterator<Item = (&mut Passes<T>, f64)> {
        let head = self.head.iter_mut().map(|head| (&mut head.passes, 1.0));
        let members = self.members.iter_mut();
        head.chain(members.filter_map(|member| Some((member.passes.as_mut()?, member.rate_factor))))
    }

    /// Those of them in which hyper-parameter `name` can change.
    fn having(&mut self, name: &str) -> impl Iterator<Item = (&mut Passes<T>, f64)> {
        self.all().filter_map(|(passes, factor)| passes.known(name).is_ok().then_some((passes, factor)))
    }

    /// The same to read: the stages that all share have no name.
    fn all_named(&self) -> impl Iterator<Item = (Option<&str>, &Passes<T>)> {
        let head = self.head.iter().map(|head| (None, &head.passes));
        let members = self.members.iter();
        head.chain(members.filter_map(|member| Some((Some(member.name.as_str()), member.passes.as_ref()?))))
    }

    /// Refuses a hyper-parameter that no group has, or that is fixed in all that have it.
    fn known(&mut self, name: &str) -> Result<(), OptimError> {
        let outcomes: Vec<Result<(), OptimError>> =
            self.all().map(|(passes, _)| passes.known(name)).collect();
        if outcomes.iter().any(Result::is_ok) {
            return Ok(());
        }
        if let Some(fixed) = outcomes.into_iter().find(|outcome| matches!(outcome, Err(OptimError::Fixed(_))))
        {
            return fixed;
        }
        let names: Vec<&'static str> =
            self.all().flat_map(|(passes, _)| passes.hyperparameter_names()).collect();
        let suggestion = hint(name, names);
        Err(OptimError::Unknown { kind: "hyper-parameter", name: name.to_string(), suggestion })
    }

    /// Hands the counts to the groups, or takes them back.
    fn exchange_counts(&mut self, back: bool) {
        if let Some(Head { tensors, passes, .. }) = self.head.as_mut().filter(|_| !back) {
            for (&outer, inner) in tensors.iter().zip(passes.counts_mut()) {
                *inner = self.counts[outer];
            }
        }
        for member in &mut self.members {
            let Some(passes) = &mut member.passes else { continue };
            for (&outer, inner) in member.tensors.iter().zip(passes.counts_mut()) {
                if back { self.counts[outer] = *inner } else { *inner = self.counts[outer] }
            }
        }
    }

    fn finish(&mut self, clipped: bool) {
        self.exchange_counts(true);
        for (member, report) in self.members.iter().zip(&mut self.report.groups) {
            let Some(passes) = &member.passes else { continue };
            let name = std::mem::take(&mut report.name);
            *report = GroupReport { name, ..passes.group_report().clone() };
        }
        if self.measuring && self.head.is_some() {
            let squares = self.squares.iter().zip(&mut self.report.groups);
            squares.for_each(|(square, report)| report.gradient_norm = square.sqrt());
        }
        self.report.sum_up();
        self.report.total.clipped |= clipped;
        self.report.step = self.steps();
    }

    /// Measures gradients, each with its tensor's index, before the stages that all share change them.
    fn measure_gradients<'g>(&mut self, gradients: impl Iterator<Item = (usize, &'g [T])>) {
        if !(self.measuring && self.head.is_some()) {
            return;
        }
        self.squares.fill(0.0);
        for (index, values) in gradients {
            self.squares[self.homes[index].0] += sum_of_squares(values, 1);
        }
    }

    /// What the policy says of these gradients: whether to go on.
    fn screen_all(
        &mut self,
        mut screens: impl FnMut(&mut Passes<T>, usize) -> Result<bool, OptimError>,
    ) -> Result<bool, OptimError> {
        let (mut go, mut non_finite, mut refusal) = (true, 0, None);
        for (place, member) in self.members.iter_mut().enumerate() {
            let Some(passes) = &mut member.passes else { continue };
            match screens(passes, place) {
                Ok(fine) => go &= fine,
                Err(error) => refusal = refusal.or(Some(error)),
            }
            non_finite += passes.report().non_finite;
        }
        self.report.non_finite = non_finite;
        match refusal {
            Some(OptimError::NonFinite { tensor, index, value, .. }) => {
                Err(OptimError::NonFinite { tensor, index, value, count: non_finite })
            }
            Some(error) => Err(error),
            None => {
                self.report.skipped += u64::from(!go);
                Ok(go)
            }
        }
    }
}

impl<T: Real> Optimizer<T> for Grouped<T> {
    fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    fn step(&mut self, parameters: &mut [T], gradients: &[T]) -> Result<(), OptimError> {
        check_length("the slice of parameters", parameters.len(), self.layout.len())?;
        check_length("the slice of gradients", gradients.len(), self.layout.len())?;
        self.exchange_counts(false);
        let go = self.screen_all(|passes, _| passes.screen_whole(gradients))?;
        if !go {
            return Ok(());
        }
        let layout = self.layout.clone();
        let tensors = layout.tensors().iter().enumerate();
        self.measure_gradients(tensors.map(|(index, tensor)| (index, &gradients[tensor.range.clone()])));
        let mut clipped = false;
        let mut head = self.head.take();
        let gradients = match &mut head {
            None => gradients,
            Some(Head { passes, out, .. }) => {
                passes.advance_whole(parameters, gradients, Some(out));
                clipped = passes.group_report().clipped;
                out
            }
        };
        advance_together(&mut self.members, |member, _, whole| {
            member.passes.as_mut()?.proceed_whole(parameters, gradients, whole)
        });
        self.head = head;
        self.finish(clipped);
        Ok(())
    }

    fn step_tensors(&mut self, tensors: Vec<Slot<'_, T>>) -> Result<(), OptimError> {
        check_slots(&tensors, &self.layout)?;
        self.exchange_counts(false);
        self.measure_gradients(tensors.iter().map(|slot| (slot.index, slot.gradients)));
        let (homes, members) = (&self.homes, self.members.len());
        let mut shares: Vec<Vec<Slot<'_, T>>> = (0..members).map(|_| Vec::new()).collect();
        let mut outer: Vec<Vec<usize>> = vec![Vec::new(); members];
        for slot in tensors {
            let (member, index) = homes[slot.index];
            outer[member].push(slot.index);
            shares[member].push(Slot { index, ..slot });
        }
        let mut works: Vec<Work<'_, T>> = shares.into_iter().map(Work::Some).collect();
        if !self.screen_all(|passes, place| passes.screen(&works[place]))? {
            return Ok(());
        }
        let mut clipped = false;
        let mut head = self.head.take();
        if let Some(Head { passes, out, .. }) = &mut head {
            clipped = through_head(passes, out, &self.layout, &self.members, &mut works, &outer);
        }
        if let Some(Head { out, .. }) = &head {
            for (work, outer) in works.iter_mut().zip(&outer) {
                let Work::Some(slots) = work else { continue };
                for (slot, &index) in slots.iter_mut().zip(outer) {
                    slot.gradients = &out[self.layout.tensors()[index].range.clone()];
                }
            }
        }
        advance_together(&mut self.members, |member, place, whole| {
            member.passes.as_mut()?.proceed(&mut works[place], None, whole)
        });
        drop(works);
        self.head = head;
        self.finish(clipped);
        Ok(())
    }

    fn evaluation_point(&mut self, parameters: &[T], point: &mut [T]) -> Result<bool, OptimError> {
        self.visit_points(false, parameters, point)
    }

    fn averaged(&mut self, parameters: &[T], point: &mut [T]) -> Result<bool, OptimError> {
        self.visit_points(true, parameters, point)
    }

    fn looks_ahead(&self) -> bool {
        self.members.iter().filter_map(|member| member.passes.as_ref()).any(Optimizer::looks_ahead)
    }

    fn learning_rate(&mut self) -> Option<f64> {
        self.exchange_counts(false);
        self.passes().find_map(Optimizer::learning_rate)
    }

    fn steps(&self) -> u64 {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    fn settable(&mut self, name: &str, value: f64) -> Result<(), OptimError> {
        self.known(name)?;
        self.having(name)
            .try_for_each(|(passes, factor)| passes.settable(name, own_value(name, value, factor)))
    }

    fn set(&mut self, name: &str, value: f64) -> Result<(), OptimError> {
        self.settable(name, value)?;
        self.having(name).try_for_each(|(passes, factor)| passes.set(name, own_value(name, value, factor)))
    }

    fn group_mut(&mut self, name: &str) -> Option<&mut dyn Optimizer<T>> {
        let member = self.members.iter_mut().find(|member| member.name == name)?;
        Some(member.passes.as_mut()?)
    }

    fn scale_rate(&mut self, factor: f64) {
        self.passes().for_each(|passes| passes.scale_rate(factor));
    }

    fn state(&self) -> Vec<(&'static str, &Arena<T>)> {
        self.all_named().flat_map(|(_, passes)| passes.state()).collect()
    }

    fn state_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)> {
        self.all().flat_map(|(passes, _)| passes.state_mut()).collect()
    }

    fn packed(&self) -> Vec<(&'static str, &PackedArena)> {
        self.all_named().flat_map(|(_, passes)| passes.packed()).collect()
    }

    fn packed_mut(&mut self) -> Vec<(&'static str, &mut PackedArena)> {
        self.all().flat_map(|(passes, _)| passes.packed_mut()).collect()
    }

    fn numbers(&self) -> Vec<(String, f64)> {
        let named = self.all_named();
        named
            .flat_map(|(name, passes)| {
                passes.numbers().into_iter().map(move |(key, number)| (group_key(&key, name), number))
            })
            .collect()
    }

    fn numbers_mut(&mut self) -> Vec<(String, &mut f64)> {
        let head = self.head.iter_mut().map(|head| (None, &mut head.passes));
        let members = self.members.iter_mut();
        let named = members.filter_map(|member| Some((Some(member.name.as_str()), member.passes.as_mut()?)));
        head.chain(named)
            .flat_map(|(name, passes)| {
                passes.numbers_mut().into_iter().map(move |(key, number)| (group_key(&key, name), number))
            })
            .collect()
    }

    fn counts(&self) -> &[u64] {
        &self.counts
    }

    fn counts_mut(&mut self) -> &mut [u64] {
        &mut self.counts
    }

    fn measure(&mut self, on: bool) {
        self.measuring = on;
        self.passes().for_each(|passes| passes.measure(on));
    }

    fn report(&self) -> &StepReport {
        &self.report
    }

    fn set_policy(&mut self, policy: NonFinite) {
        self.passes().for_each(|passes| passes.set_policy(policy));
    }

    fn set_threads(&mut self, threads: usize) {
        self.all().for_each(|(passes, _)| passes.set_threads(threads));
    }
}

impl<T: Real> Grouped<T> {
    fn visit_points(
        &mut self,
        averages: bool,
        parameters: &[T],
        point: &mut [T],
    ) -> Result<bool, OptimError> {
        // Without a rule that looks ahead there is no point, and nobody needs memory for one.
        if !averages && !Optimizer::looks_ahead(self) {
            return Ok(false);
        }
        check_length("the slice of parameters", parameters.len(), self.layout.len())?;
        check_length("the slice for the point", point.len(), self.layout.len())?;
        self.exchange_counts(false);
        point.copy_from_slice(parameters);
        let mut any = false;
        for passes in self.passes() {
            any |= passes.visit_points(averages, point);
        }
        Ok(any)
    }
}

/// One update of all groups. `proceed` updates the group at a place until it has to know something of the others and returns that; what
/// groups ask of the same subject is summed.
fn advance_together<T: Real>(
    members: &mut [Member<T>],
    mut proceed: impl FnMut(&mut Member<T>, usize, Option<Survey>) -> Option<Survey>,
) {
    for (place, member) in members.iter_mut().enumerate() {
        member.asked = proceed(member, place, None);
    }
    let about = |member: &Member<T>| member.asked.map(|survey| survey.subject);
    while let Some(subject) = members.iter().filter_map(about).min() {
        let asked = members.iter().filter_map(|member| member.asked);
        let whole = asked.filter(|survey| survey.subject == subject).reduce(Survey::and);
        for (place, member) in members.iter_mut().enumerate() {
            if about(member) == Some(subject) {
                member.asked = proceed(member, place, whole);
            }
        }
    }
}

/// Sends the gradients of all groups through the stages they share; says whether they were clipped.
fn through_head<T: Real>(
    passes: &mut Passes<T>,
    out: &mut [T],
    layout: &Layout,
    members: &[Member<T>],
    works: &mut [Work<'_, T>],
    outer: &[Vec<usize>],
) -> bool {
    // The head's layout holds the tensors that move, in the order of the whole layout.
    let inner = |index: usize| {
        let name = &layout.tensors()[index].name;
        passes.layout().tensors().iter().position(|tensor| tensor.name == *name)
    };
    let mut places = Vec::new();
    for (k, indices) in outer.iter().enumerate().filter(|(k, _)| members[*k].passes.is_some()) {
        places.extend(indices.iter().enumerate().map(|(slot, &index)| (k, slot, index, inner(index))));
    }
    let mut slots = Vec::new();
    for (member, work) in works.iter_mut().enumerate() {
        let Work::Some(own) = work else { continue };
        for (place, slot) in own.iter_mut().enumerate() {
            let found = places.iter().find(|(k, at, ..)| (*k, *at) == (member, place));
            let Some((.., Some(index))) = found else { continue };
            slots.push(Slot { index: *index, parameters: &mut *slot.parameters, gradients: slot.gradients });
        }
    }
    passes.advance(&mut Work::Some(slots), Some(out));
    passes.group_report().clipped
}
