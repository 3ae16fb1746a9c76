//! Messages without arguments, in short.

/// Declares phrases in a trait: `rule, seed` are methods that return a `&'static str`.
macro_rules! declare {
    ($($name:ident),+ $(,)?) => {
        $(
            #[doc = concat!("The phrase `", stringify!($name), "`.")]
            fn $name(&self) -> &'static str;
        )+
    };
}

/// Says the phrases of a trait in a language: `rule: "rule"`.
macro_rules! phrases {
    ($($name:ident: $text:literal),+ $(,)?) => {
        $(
            fn $name(&self) -> &'static str {
                $text
            }
        )+
    };
}

pub(crate) use {declare, phrases};
