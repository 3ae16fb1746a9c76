use super::*;
use crate::{Element, gemm, gemm_of_data_on, gemm_of_narrow_data_on};
use thalweg_lanes::{Isa, force_isa};

/// Data of which about one in `of` is not zero, in runs as in images.
fn data<T: Real>(len: usize, of: usize) -> Vec<T> {
    let something = |i: usize| i / 5 * 7 + i / 97;
    (0..len)
        .map(|i| if something(i) % of == 0 { T::from_f64((i % 13) as f64 - 6.5) } else { T::ZERO })
        .collect()
}

/// Eighths: every product with `data` below is exact in `f32`, whatever the order of its sum.
fn numbers<T: Real>(len: usize) -> Vec<T> {
    (0..len).map(|i| T::from_f64((i * 29 % 31) as f64 / 8.0 - 2.0)).collect()
}

/// The extents of products on all sides of every border: blocks, strips, rows in the cache.
const EXTENTS: [(usize, usize, usize); 9] = [
    (16, 64, 48),
    (40, 1, 50),
    (17, 65, 100),
    (64, 63, 112),
    (130, 200, 64),
    (100, 784, 50),
    (65, 130, 129),
    (300, 70, 300),
    (33, 129, 127),
];

fn check<T: Element>(m: usize, k: usize, n: usize) {
    let values = data::<T>(m * k, 8);
    let (left, right) = (Matrix::new(&values, m, k), numbers::<T>(k * n));
    let of_rows = numbers::<T>(m * n);
    for (data, b, (rows, columns)) in
        [(left, Matrix::new(&right, k, n), (m, n)), (left.transposed(), Matrix::new(&of_rows, m, n), (k, n))]
    {
        assert!(Product::worth_it(data, b, false).is_some(), "{m}x{k}x{n}: zeros are skipped");
        let start = numbers::<T>(rows * columns);
        for accumulate in [false, true] {
            let (mut expected, mut found) = (start.clone(), start.clone());
            gemm(data, b, MatrixMut::new(&mut expected, rows, columns), accumulate);
            for threads in [1, 2, 7] {
                found.copy_from_slice(&start);
                let product = Product::worth_it(data, b, accumulate).unwrap();
                // On threads also where they do not pay.
                Product { there: LARGE, ..product }.write(threads, &mut found);
                assert!(found == expected, "{m}x{k}x{n} {} {accumulate}", T::NAME);
            }
            found.copy_from_slice(&start);
            gemm_of_data_on(1, data, b, MatrixMut::new(&mut found, rows, columns), accumulate);
            assert!(found == expected, "{m}x{k}x{n} {} {accumulate}", T::NAME);
        }
    }
}

#[test]
fn products_without_zeros_are_those_with_them() {
    for (m, k, n) in EXTENTS {
        check::<f32>(m, k, n);
        check::<f64>(m, k, n);
    }
}

#[test]
fn sums_have_the_same_bits_on_every_instruction_set() {
    let (m, k, n) = (70, 200, 75);
    let (values, b) = (data::<f32>(m * k, 8), numbers::<f32>(k * n));
    let b: Vec<f32> = b.iter().map(|x| x * 0.1).collect();
    let found: Vec<Vec<f32>> = Isa::available()
        .into_iter()
        .map(|isa| {
            force_isa(Some(isa));
            let mut c = vec![0.0; m * n];
            let (data, b) = (Matrix::new(&values, m, k), Matrix::new(&b, k, n));
            gemm_of_data_on(1, data, b, MatrixMut::new(&mut c, m, n), false);
            c
        })
        .collect();
    force_isa(None);
    assert!(found.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn what_is_dense_or_not_in_one_piece_is_left_to_the_library() {
    let (m, k, n) = (32, 64, 64);
    let (sparse, dense, b) = (data::<f32>(m * k, 8), data::<f32>(m * k, 2), numbers::<f32>(k * n));
    let worth_it =
        |values: &[f32], b: Matrix<'_, f32>| Product::worth_it(Matrix::new(values, m, k), b, false).is_some();
    assert!(worth_it(&sparse, Matrix::new(&b, k, n)));
    assert!(!worth_it(&dense, Matrix::new(&b, k, n)));
    assert!(!worth_it(&sparse, Matrix::new(&b, n, k).transposed()));
    assert!(!worth_it(&sparse, Matrix::with_stride(&b, k, NARROWEST, n)));
    assert!(!worth_it(&sparse, Matrix::new(&b[..k * 47], k, 47)));
    let nothing = Matrix::new(&[], m, 0).transposed();
    gemm_of_data_on(1, nothing, Matrix::new(&b[..m * n], m, n), MatrixMut::new(&mut [], 0, n), false);
    // Into every second half of a row, what is in the other stays.
    let mut c = vec![7.0; m * 2 * n];
    let (left, right) = (Matrix::new(&sparse, m, k), Matrix::new(&b, k, n));
    gemm_of_data_on(1, left, right, MatrixMut::with_stride(&mut c[..m * 2 * n - n], m, n, 2 * n), false);
    let mut expected = vec![0.0; m * n];
    gemm(left, right, MatrixMut::new(&mut expected, m, n), false);
    for i in 0..m {
        assert_eq!(c[i * 2 * n..][..n], expected[i * n..][..n]);
        assert!(c[i * 2 * n + n..][..n].iter().all(|x| *x == 7.0));
    }
}

#[test]
fn a_zero_times_what_is_not_finite_is_no_number() {
    let (m, k, n) = (32, 130, 100);
    let sparse = data::<f32>(m * k, 8);
    for (bad, other) in
        [(f32::INFINITY, 5 * n + 3), (f32::NAN, 129 * n + 99), (f32::NEG_INFINITY, 64 * n + 50)]
    {
        let mut b = numbers::<f32>(k * n);
        b[other] = bad;
        let (left, right) = (Matrix::new(&sparse, m, k), Matrix::new(&b, k, n));
        let (mut expected, mut found) = (vec![0.0; m * n], vec![0.0; m * n]);
        gemm(left, right, MatrixMut::new(&mut expected, m, n), false);
        gemm_of_data_on(1, left, right, MatrixMut::new(&mut found, m, n), false);
        assert!((0..m).all(|i| !found[i * n + other % n].is_finite()));
        let same = |(a, b): (&f32, &f32)| a == b || (a.is_nan() && b.is_nan());
        assert!(expected.iter().zip(&found).all(same), "{bad}");
        // And of the transpose, whose right factor has a row for each example.
        let right = Matrix::new(&b[other / n * n..][..n], 1, n);
        let mut rows = numbers::<f32>(m * n);
        rows[3 * n..4 * n].copy_from_slice(right.stored().unwrap().0);
        let (mut expected, mut found) = (vec![0.0; k * n], vec![0.0; k * n]);
        let right = Matrix::new(&rows, m, n);
        gemm(left.transposed(), right, MatrixMut::new(&mut expected, k, n), false);
        gemm_of_data_on(1, left.transposed(), right, MatrixMut::new(&mut found, k, n), false);
        assert!(expected.iter().zip(&found).all(same), "{bad}");
    }
}

#[test]
fn data_in_32_bits_give_the_bits_of_the_same_data_widened() {
    for (m, k, n) in EXTENTS {
        let narrow = data::<f32>(m * k, 8);
        let wide: Vec<f64> = narrow.iter().map(|&x| x.into()).collect();
        let mut of_narrow = NarrowData::default();
        // What was there before does not matter.
        of_narrow.fill(&vec![1.0; 3 * 77], 3);
        assert!(!of_narrow.pays(100));
        of_narrow.fill(&narrow, m);
        assert!(of_narrow.pays(NARROWEST) && !of_narrow.pays(NARROWEST - 1));
        assert_eq!(of_narrow.values(), narrow);
        for transposed in [false, true] {
            let (rows, inner) = if transposed { (k, m) } else { (m, k) };
            let b: Vec<f64> = numbers(inner * n);
            let b: Vec<f64> = b.iter().map(|x| x * 0.1).collect();
            let left = Matrix::new(&wide, m, k);
            let left = if transposed { left.transposed() } else { left };
            let right = Matrix::new(&b, inner, n);
            for accumulate in [false, true] {
                let (mut expected, mut found) = (numbers::<f64>(rows * n), numbers::<f64>(rows * n));
                Product::worth_it(left, right, accumulate).unwrap().write(1, &mut expected);
                let c = MatrixMut::new(&mut found, rows, n);
                gemm_of_narrow_data_on(2, &of_narrow, transposed, right, c, accumulate);
                assert!(found == expected, "{m}x{k}x{n} {transposed} {accumulate}");
            }
        }
    }
}
