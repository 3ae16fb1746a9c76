//! What a command is, and how its arguments are read.

/// How a command ends: the error is a sentence for the person at the terminal.
pub(crate) type Outcome = Result<(), String>;

/// One command of `cargo xtask`.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// What it does, in a line.
    pub(crate) about: &'static str,
    /// Its options and what else there is to know.
    pub(crate) help: &'static str,
    pub(crate) run: fn(Arguments) -> Outcome,
}

/// The arguments that no one has asked for yet.
pub(crate) struct Arguments {
    left: Vec<String>,
}

impl Arguments {
    /// Takes the arguments of a command.
    pub(crate) fn new(list: &[String]) -> Self {
        Self { left: list.to_vec() }
    }

    /// Takes the option `--name`, and tells whether it was there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.left.len();
        self.left.retain(|argument| argument != name);
        self.left.len() < before
    }

    /// Takes `--name VALUE` wherever it stands, and returns the values.
    ///
    /// # Errors
    /// If nothing follows the name.
    pub(crate) fn values(&mut self, name: &str) -> Result<Vec<String>, String> {
        let mut values = Vec::new();
        while let Some(at) = self.left.iter().position(|argument| argument == name) {
            self.left.remove(at);
            if at == self.left.len() {
                return Err(format!("{name} needs a value"));
            }
            values.push(self.left.remove(at));
        }
        Ok(values)
    }

    /// Takes `--name VALUE`, and returns the value if it was there.
    ///
    /// # Errors
    /// If nothing follows the name, or it stands twice.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>, String> {
        let mut values = self.values(name)?;
        if values.len() > 1 {
            return Err(format!("{name} may be given once"));
        }
        Ok(values.pop())
    }

    /// Returns the arguments that are left.
    pub(crate) fn rest(self) -> Vec<String> {
        self.left
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// If an argument is left.
    pub(crate) fn finish(self) -> Outcome {
        match self.left.first() {
            Some(argument) => Err(format!("`{argument}` is not understood here; --help says what is")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Arguments {
        Arguments::new(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_taken_wherever_they_stand() {
        let mut given = arguments("--only a --sizes --json out --only b");
        assert!(given.flag("--sizes") && !given.flag("--quiet"));
        assert_eq!(given.values("--only").unwrap(), ["a", "b"]);
        assert_eq!(given.value("--json").unwrap().as_deref(), Some("out"));
        assert_eq!(given.value("--before").unwrap(), None);
        assert_eq!(given.finish(), Ok(()));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(arguments("--json").value("--json"), Err("--json needs a value".into()));
        assert_eq!(arguments("--at a --at b").value("--at"), Err("--at may be given once".into()));
        assert!(arguments("--sizs").finish().unwrap_err().starts_with("`--sizs`"));
        assert_eq!(arguments("a b").rest(), ["a", "b"]);
    }
}
