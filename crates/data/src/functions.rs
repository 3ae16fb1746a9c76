//! Two-dimensional test functions in f64, on which update rules can be watched.
//!
//! Each function is a file of its own under `functions/`: its formula, value and gradient, known minima, the part of the plane
//! to draw, the usual start. The table [`FUNCTIONS`] drives `thalweg list`, parsing, the documentation and the tests.
//!
//! ```
//! use thalweg_data::Function;
//!
//! let bowl = Function::named("rotated-bowl")?.with("condition", 100.0)?;
//! assert_eq!(bowl.gradient([0.0, 0.0]), [0.0, 0.0]);
//! # Ok::<(), thalweg_data::functions::FunctionError>(())
//! ```

mod beale;
mod bowl;
mod definition;
mod himmelblau;
mod noisy;
mod plateau;
mod rastrigin;
mod ravine;
mod rosenbrock;
mod rotated_bowl;
mod saddle;
mod sphere;
mod styblinski_tang;

pub use definition::{Definition, Minimum, Parameter};
pub use noisy::Noisy;

/// All functions, the simplest first.
pub static FUNCTIONS: &[&Definition] = &[
    &sphere::SPHERE,
    &bowl::BOWL,
    &rotated_bowl::ROTATED_BOWL,
    &saddle::SADDLE,
    &plateau::PLATEAU,
    &ravine::RAVINE,
    &rosenbrock::ROSENBROCK,
    &beale::BEALE,
    &himmelblau::HIMMELBLAU,
    &rastrigin::RASTRIGIN,
    &styblinski_tang::STYBLINSKI_TANG,
];

/// A function with its parameters chosen.
#[derive(Debug, Clone)]
pub struct Function {
    definition: &'static Definition,
    parameters: Vec<f64>,
}

/// Why there is no such function.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FunctionError {
    /// A name that is not in the table.
    #[error("there is no function called `{name}`; {hint}")]
    Unknown {
        /// The name as given.
        name: String,
        /// The nearest name, or all of them.
        hint: String,
    },
    /// A parameter the function does not have.
    #[error("`{function}` has no parameter `{name}`; {hint}")]
    UnknownParameter {
        /// The function.
        function: &'static str,
        /// The name as given.
        name: String,
        /// The nearest name, or all of them.
        hint: String,
    },
    /// A value outside the parameter's range.
    #[error("`{name}` of `{function}` is {value}; choose a number from {least} to {most}")]
    OutOfRange {
        /// The function.
        function: &'static str,
        /// The parameter.
        name: &'static str,
        /// The value given.
        value: f64,
        /// The smallest value allowed.
        least: f64,
        /// The largest value allowed.
        most: f64,
    },
    /// A standard deviation of noise that is none.
    #[error("the noise is {0}; it is a standard deviation, so choose a finite number, 0 or more")]
    Noise(f64),
}

impl Function {
    /// Returns the function called `name` with its default parameters, or an error that suggests the nearest name.
    pub fn named(name: &str) -> Result<Function, FunctionError> {
        let definition = FUNCTIONS.iter().find(|definition| definition.name == name);
        let definition = definition.ok_or_else(|| FunctionError::Unknown {
            name: name.into(),
            hint: thalweg_kit::hint(name, FUNCTIONS.iter().map(|definition| definition.name)),
        })?;
        let parameters = definition.parameters.iter().map(|parameter| parameter.default).collect();
        Ok(Function { definition, parameters })
    }

    /// Returns the same function with one parameter changed.
    pub fn with(mut self, name: &str, value: f64) -> Result<Function, FunctionError> {
        let Definition { name: function, parameters, .. } = *self.definition;
        let Some(index) = parameters.iter().position(|parameter| parameter.name == name) else {
            let hint = match parameters {
                [] => "it has no parameters".into(),
                _ => thalweg_kit::hint(name, parameters.iter().map(|parameter| parameter.name)),
            };
            return Err(FunctionError::UnknownParameter { function, name: name.into(), hint });
        };
        let Parameter { name, range: [least, most], .. } = parameters[index];
        if !(least..=most).contains(&value) {
            return Err(FunctionError::OutOfRange { function, name, value, least, most });
        }
        self.parameters[index] = value;
        Ok(self)
    }

    /// Returns what is known of the function whatever its parameters: name, formula, source, domain, usual start.
    pub fn definition(&self) -> &'static Definition {
        self.definition
    }

    /// Returns the parameters by name, with their values.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static Parameter, f64)> + '_ {
        self.definition.parameters.iter().zip(self.parameters.iter().copied())
    }

    /// Returns f(x, y).
    pub fn value(&self, point: [f64; 2]) -> f64 {
        (self.definition.value)(&self.parameters, point)
    }

    /// Returns (∂f/∂x, ∂f/∂y), from the derivative worked out by hand.
    pub fn gradient(&self, point: [f64; 2]) -> [f64; 2] {
        (self.definition.gradient)(&self.parameters, point)
    }

    /// Returns all points where the function is smallest; none if it has no minimum.
    pub fn minima(&self) -> Vec<Minimum> {
        (self.definition.minima)(&self.parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, StandardUniform};

    /// Every function with its defaults and with each parameter moved off its default.
    fn variants() -> Vec<Function> {
        let mut all = Vec::new();
        for definition in FUNCTIONS {
            let function = Function::named(definition.name).unwrap();
            all.push(function.clone());
            for parameter in definition.parameters {
                let value = (parameter.default * 1.7).min(parameter.range[1]);
                all.push(function.clone().with(parameter.name, value).unwrap());
            }
        }
        all
    }

    #[test]
    fn gradients_agree_with_central_differences() {
        let mut generator = ChaCha8Rng::seed_from_u64(1);
        for function in variants() {
            let definition = function.definition();
            for _ in 0..500 {
                let point = definition.domain.map(|[from, to]| {
                    let share: f64 = StandardUniform.sample(&mut generator);
                    from + (to - from) * share
                });
                let gradient = function.gradient(point);
                for axis in 0..2 {
                    let step = 1e-5;
                    let at = |offset: f64| {
                        let mut moved = point;
                        moved[axis] += offset;
                        function.value(moved)
                    };
                    let difference = (at(step) - at(-step)) / (2.0 * step);
                    // Truncation grows with the third derivative, rounding with the value itself.
                    let tolerance =
                        1e-7 * (1.0 + gradient[axis].abs() + function.value(point).abs().max(10.0));
                    assert!(
                        (gradient[axis] - difference).abs() < tolerance,
                        "{} at {point:?}, axis {axis}: {} by hand, {difference} by difference",
                        definition.name,
                        gradient[axis]
                    );
                }
            }
        }
    }

    #[test]
    fn minima_have_the_value_they_claim_no_slope_and_no_lower_neighbour() {
        for function in variants() {
            let name = function.definition().name;
            for minimum in function.minima() {
                assert!((function.value(minimum.point) - minimum.value).abs() < 1e-12, "{name} {minimum:?}");
                let slope = function.gradient(minimum.point);
                assert!(
                    slope.iter().all(|component| component.abs() < 1e-9),
                    "{name} {minimum:?}: slope {slope:?}"
                );
                let [[x0, x1], [y0, y1]] = function.definition().domain;
                for step in 0..10_201 {
                    let (i, j) = (f64::from(step % 101) / 100.0, f64::from(step / 101) / 100.0);
                    let value = function.value([x0 + (x1 - x0) * i, y0 + (y1 - y0) * j]);
                    assert!(value >= minimum.value - 1e-12, "{name}: {value} is lower than {minimum:?}");
                }
            }
        }
    }

    #[test]
    fn starts_and_minima_lie_in_the_picture() {
        for function in FUNCTIONS.iter().map(|definition| Function::named(definition.name).unwrap()) {
            let definition = function.definition();
            let points = function.minima().into_iter().map(|minimum| minimum.point).chain([definition.start]);
            for point in points {
                for (coordinate, [from, to]) in point.into_iter().zip(definition.domain) {
                    assert!((from..=to).contains(&coordinate), "{}: {point:?}", definition.name);
                }
            }
            let start = function.gradient(definition.start);
            assert!(start != [0.0, 0.0], "{}: a descent from the start would not move", definition.name);
            assert_eq!(function.minima().is_empty(), definition.name == "saddle");
        }
    }

    #[test]
    fn unknown_names_and_values_out_of_range_are_refused() {
        let text = |result: Result<Function, FunctionError>| result.unwrap_err().to_string();
        assert_eq!(
            text(Function::named("rosenbrok")),
            "there is no function called `rosenbrok`; did you mean `rosenbrock`?"
        );
        let bowl = || Function::named("rotated-bowl").unwrap();
        assert_eq!(
            text(bowl().with("conditon", 3.0)),
            "`rotated-bowl` has no parameter `conditon`; did you mean `condition`?"
        );
        assert!(text(bowl().with("condition", 0.5)).contains("choose a number from 1 to"));
        assert!(text(bowl().with("angle", f64::NAN)).contains("is NaN"));
        assert!(text(Function::named("beale").unwrap().with("a", 1.0)).ends_with("it has no parameters"));
    }
}
