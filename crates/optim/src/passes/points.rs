//! Other points than the parameters: where a rule wants its gradient, and what to evaluate with.

use super::{Passes, Stage};
use crate::sweep::Sweep;
use crate::work::check_length;
use crate::{OptimError, Optimizer};
use thalweg_lanes::Real;

impl<T: Real> Passes<T> {
    /// Fills `point` (a buffer such as a step is given, holding the parameters) by what the sweeps make of it.
    pub(crate) fn visit_points(&mut self, averages: bool, point: &mut [T]) -> bool {
        let wanted = |sweep: &dyn Sweep<T>| if averages { sweep.averages() } else { sweep.looks_ahead() };
        let any = self.stages.iter().any(|stage| match stage {
            Stage::Sweep(sweeps) => sweeps.iter().any(|sweep| wanted(sweep.as_ref())),
            Stage::Barrier(_) => false,
        });
        if !any {
            return false;
        }
        let base = self.base_rate().unwrap_or(1.0);
        for index in 0..self.places.len() {
            let count = self.counts[index];
            // Averages begin with the first update; before it the parameters are all there is.
            if averages && count == 0 {
                continue;
            }
            let moment = self.moment(if averages { count - 1 } else { count }, base);
            let (range, place) = (self.layout.tensors()[index].range.clone(), self.places[index].clone());
            for stage in &mut self.stages {
                let Stage::Sweep(sweeps) = stage else { continue };
                for sweep in sweeps.iter_mut().filter(|sweep| wanted(sweep.as_ref())) {
                    let point = &mut point[place.clone()];
                    match averages {
                        true => sweep.average(&range, &moment, &self.scheduled, point),
                        false => sweep.look_ahead(&range, &moment, &self.scheduled, point),
                    }
                }
            }
        }
        true
    }

    pub(super) fn copied_point(
        &mut self,
        averages: bool,
        parameters: &[T],
        point: &mut [T],
    ) -> Result<bool, OptimError> {
        if !averages && !self.looks_ahead() {
            return Ok(false);
        }
        check_length("the slice of parameters", parameters.len(), self.outer_len)?;
        check_length("the slice for the point", point.len(), self.outer_len)?;
        point.copy_from_slice(parameters);
        Ok(self.visit_points(averages, point))
    }
}
