//! Values on the command line that clap does not know: `name=value` and `x,y`.

use std::collections::BTreeMap;

/// `learning_rate=0.1`: one `--set`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Setting {
    pub(crate) name: String,
    pub(crate) value: f64,
}

/// Parses `name=value`.
pub(crate) fn setting(text: &str) -> Result<Setting, String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=value, such as learning_rate=0.1")?;
    let number = value.trim().parse().map_err(|_| format!("`{value}` is not a number"))?;
    Ok(Setting { name: name.trim().to_string(), value: number })
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
    list.iter().map(|setting| (setting.name.clone(), setting.value)).collect()
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
        assert_eq!(setting("beta1=0.9"), Ok(Setting { name: "beta1".into(), value: 0.9 }));
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
