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

/// The settings as a map; of a name given twice the last one counts.
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
}
