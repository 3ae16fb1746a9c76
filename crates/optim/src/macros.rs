//! The two methods that every rule would otherwise write alike.

/// `hyperparameters`, over fields of these names; after a semicolon the names of those that are not always there, each with
/// the optional field that holds it.
macro_rules! fields {
    ($($field:ident),* $(,)? $(; $($name:ident: $held:ident),+)?) => {
        fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
            let _ = &visit;
            $(visit(stringify!($field), &mut self.$field);)*
            $($(if let Some(value) = &mut self.$held {
                visit(stringify!($name), value);
            })+)?
        }
    };
}

/// `state_names`, of these names.
macro_rules! states {
    ($($name:expr),* $(,)?) => {
        fn state_names(&self) -> Vec<&'static str> {
            vec![$($name),*]
        }
    };
}

pub(crate) use {fields, states};
