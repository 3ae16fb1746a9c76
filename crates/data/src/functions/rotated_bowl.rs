//! The bowl turned away from the axes. Rules that scale each coordinate separately (AdaGrad, RMSProp, Adam) have an advantage
//! on a bowl along the axes. Here they have none.

use super::definition::{Definition, Minimum, Parameter};

pub(super) static ROTATED_BOWL: Definition = Definition {
    name: "rotated-bowl",
    title: "long bowl at an angle to the axes",
    formula: "u²/condition + v², where (u, v) is (x, y) turned by angle: u = x cos + y sin, v = y cos − x sin",
    source: "the bowl of Saitoh, section 6.1, rotated; with condition 20 and angle 0 it is that bowl",
    parameters: &[
        Parameter {
            name: "condition",
            meaning: "how much steeper it is across than along",
            default: 20.0,
            range: [1.0, 1e12],
        },
        Parameter {
            name: "angle",
            meaning: "turn of the long axis, degrees",
            default: 30.0,
            range: [-360.0, 360.0],
        },
    ],
    domain: [[-10.0, 10.0], [-10.0, 10.0]],
    start: [-7.0, 2.0],
    value: |parameters, point| {
        let [u, v] = turned(parameters, point);
        u * u / parameters[0] + v * v
    },
    gradient: |parameters, point| {
        let [u, v] = turned(parameters, point);
        let (along, across) = (2.0 * u / parameters[0], 2.0 * v);
        let (sine, cosine) = parameters[1].to_radians().sin_cos();
        [along * cosine - across * sine, along * sine + across * cosine]
    },
    minima: |_| vec![Minimum { point: [0.0, 0.0], value: 0.0 }],
};

/// The coordinates along and across the valley.
fn turned(parameters: &[f64], [x, y]: [f64; 2]) -> [f64; 2] {
    let (sine, cosine) = parameters[1].to_radians().sin_cos();
    [x * cosine + y * sine, y * cosine - x * sine]
}

#[cfg(test)]
mod tests {
    use crate::Function;

    #[test]
    fn without_a_turn_it_is_the_bowl() {
        let rotated = Function::named("rotated-bowl").unwrap().with("angle", 0.0).unwrap();
        let bowl = Function::named("bowl").unwrap();
        for point in [[-7.0, 2.0], [1.5, -0.25]] {
            assert_eq!(rotated.value(point), bowl.value(point));
            assert_eq!(rotated.gradient(point), bowl.gradient(point));
        }
    }

    #[test]
    fn the_valley_runs_at_the_angle() {
        let rotated = Function::named("rotated-bowl").unwrap();
        let (sine, cosine) = 30f64.to_radians().sin_cos();
        assert!((rotated.value([10.0 * cosine, 10.0 * sine]) - 5.0).abs() < 1e-12);
        assert!((rotated.value([-10.0 * sine, 10.0 * cosine]) - 100.0).abs() < 1e-12);
    }
}
