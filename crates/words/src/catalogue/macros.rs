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

/// Declares lessons in a trait: `sigmoid_lesson` is a method that returns a `Lesson`.
macro_rules! declare_lessons {
    ($($name:ident),+ $(,)?) => {
        $(
            #[doc = concat!("The texts of `", stringify!($name), "`.")]
            fn $name(&self) -> Lesson;
        )+
    };
}

/// Says the lessons of a trait in a language.
macro_rules! lessons {
    ($($name:ident { title: $title:literal, sees: $sees:literal, about: $about:literal, next: $next:literal $(,)? })+) => {
        $(
            fn $name(&self) -> Lesson {
                Lesson { title: $title, sees: $sees, about: $about, next: $next }
            }
        )+
    };
}

pub(crate) use {declare, declare_lessons, lessons, phrases};
