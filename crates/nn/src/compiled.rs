//! Compiles the ops of this crate once for each type of number, here, whoever uses them.
//!
//! Generic code is compiled again by every crate that names a type for it. So the ops go into a graph by a detour: a function
//! without type parameters makes a [`Both`](crate::op::Both) of them, and the [`Element`](crate::Element) takes out the one of
//! its own type.

use crate::op::Both;

/// An op of this crate, which [`compiled_here`] makes of a type.
pub(crate) trait Compiled {
    fn both(self) -> Box<dyn Both>;
}

/// Compiles an op's code here. [`Graph::apply_compiled`](crate::Graph) takes no other ops.
macro_rules! compiled_here {
    ($($op:ty),+ $(,)?) => {$(
        impl $crate::compiled::Compiled for $op {
            // Inlined into generic code, it would be compiled with that.
            #[inline(never)]
            fn both(self) -> Box<dyn $crate::op::Both> {
                Box::new(self)
            }
        }
    )+};
}
pub(crate) use compiled_here;
