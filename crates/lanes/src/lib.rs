//! Loops the compiler turns into SIMD: runtime dispatch, scalar functions, deterministic reductions.

