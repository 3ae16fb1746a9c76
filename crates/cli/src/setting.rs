//! Values on the command line that clap does not know: `name=value` and `x,y`.

use std::collections::BTreeMap;
use thalweg::optim::spelling;

/// `learning_rate=0.1`: one `--set`, or `betas=0.9,0.999`, which stands for two.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Setting {
    pub(crate) name: String,
    pub(crate) values: Vec<f64>,
}

impl Setting {
    /// Each number with its name.
    pub(crate) fn pairs(&self) -> Vec<(String, f64)> {
        let names = spelling::listed(&self.name, self.values.len());
        let names = names.unwrap_or_else(|| vec![self.name.clone()]);
        names.into_iter().zip(self.values.iter().copied()).collect()
    }

    /// Whether it is the learning rate, under whatever name.
    pub(crate) fn is_rate(&self) -> bool {
        spelling::hyperparameter(&self.name, &["learning_rate"]).is_some()
    }
}

/// Parses `name=value`.
pub(crate) fn setting(text: &str) -> Result<Setting, String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=value, such as learning_rate=0.1")?;
    let name = name.trim();
    let parts: Vec<&str> = value.split(',').collect();
    let parts = if spelling::listed(name, parts.len()).is_some() { parts } else { vec![value] };
    let number = |part: &str| part.trim().parse().map_err(|_| format!("`{part}` is not a number"));
    let values = parts.into_iter().map(number).collect::<Result<_, String>>()?;
    Ok(Setting { name: name.to_string(), values })
}

/// `warmup=100`, `fall=linear`, `at=1000,2000` or `points=0:1,500:0.1`: one `--schedule-set`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ScheduleSetting {
    pub(crate) name: String,
    pub(crate) value: thalweg::optim::Setting,
}

/// Parses the setting of a schedule. What the schedule makes of it is for the schedule to say.
pub(crate) fn schedule_setting(text: &str) -> Result<ScheduleSetting, String> {
    use thalweg::optim::Setting as Value;
    let (name, value) = text.split_once('=').ok_or("write it as name=value, such as warmup=100")?;
    let value = value.trim();
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let numbers = || value.split(',').map(number).collect::<Option<Vec<f64>>>();
    let point = |text: &str| {
        let (step, factor) = text.split_once(':')?;
        Some([number(step)?, number(factor)?])
    };
    let value = if let Some(number) = number(value) {
        Value::Number(number)
    } else if let Ok(flag) = value.parse() {
        Value::Flag(flag)
    } else if let Some(numbers) = numbers() {
        Value::Numbers(numbers)
    } else if let Some(points) = value.split(',').map(point).collect() {
        Value::Points(points)
    } else {
        Value::Text(value.to_string())
    };
    Ok(ScheduleSetting { name: name.trim().to_string(), value })
}

/// Returns the settings as a map. If a name is given twice, the last value counts.
pub(crate) fn settings(list: &[Setting]) -> BTreeMap<String, f64> {
    list.iter().flat_map(Setting::pairs).collect()
}

/// Parses `x,y`.
pub(crate) fn point(text: &str) -> Result<[f64; 2], String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let [x, y] = parts[..] else { return Err("write it as two numbers, such as -7,2".into()) };
    let number = |part: &str| match part.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(format!("`{part}` is not a finite number")),
    };
    Ok([number(x)?, number(y)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_and_points_are_read_and_mistakes_explained() {
        assert_eq!(setting("beta1=0.9"), Ok(Setting { name: "beta1".into(), values: vec![0.9] }));
        let betas = setting("betas=0.9, 0.99").unwrap().pairs();
        assert_eq!(betas, [("beta1".to_string(), 0.9), ("beta2".to_string(), 0.99)]);
        assert_eq!(setting("lr=0.1,0.2").unwrap_err(), "`0.1,0.2` is not a number");
        assert_eq!(setting("beta1").unwrap_err(), "write it as name=value, such as learning_rate=0.1");
        assert_eq!(setting("beta1=x").unwrap_err(), "`x` is not a number");
        assert_eq!(point("-7, 2"), Ok([-7.0, 2.0]));
        assert_eq!(point("1").unwrap_err(), "write it as two numbers, such as -7,2");
        assert_eq!(point("1,NaN").unwrap_err(), "`NaN` is not a finite number");
    }

    #[test]
    fn a_schedule_takes_more_than_numbers() {
        use thalweg::optim::Setting as Value;
        let value = |text: &str| schedule_setting(text).unwrap().value;
        assert_eq!(value("warmup=100"), Value::Number(100.0));
        assert_eq!(value("interpolate=true"), Value::Flag(true));
        assert_eq!(value("fall=1-sqrt"), Value::Text("1-sqrt".into()));
        assert_eq!(value("at=1000, 2000"), Value::Numbers(vec![1000.0, 2000.0]));
        assert_eq!(value("points=0:1,500:0.1"), Value::Points(vec![[0.0, 1.0], [500.0, 0.1]]));
        assert_eq!(schedule_setting("warmup").unwrap_err(), "write it as name=value, such as warmup=100");
    }
}
