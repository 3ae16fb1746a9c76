//! Scaling an image: each new pixel is a weighted mean of the old ones around its centre, with weights that fall off linearly to both
//! sides. A smaller image looks at as many old pixels as fall together, so fine patterns become grey and not moiré. Columns are scaled
//! first, then rows, with bytes between. `resize` of Pillow with `BILINEAR` and torchvision with `antialias` do the same.

/// The old pixels that a new one is made of, from `start` on, and their weights.
struct Taps {
    start: usize,
    weights: Vec<f64>,
}

/// Returns the taps of each new pixel of a line that had `from` pixels and gets `to`.
fn taps(from: usize, to: usize) -> Vec<Taps> {
    let step = from as f64 / to as f64;
    let reach = step.max(1.0);
    (0..to)
        .map(|place| {
            let centre = (place as f64 + 0.5) * step;
            let start = (centre - reach + 0.5).max(0.0) as usize;
            let end = ((centre + reach + 0.5) as usize).min(from);
            let weight = |old: usize| (1.0 - ((old as f64 + 0.5 - centre) / reach).abs()).max(0.0);
            let mut weights: Vec<f64> = (start..end).map(weight).collect();
            let sum: f64 = weights.iter().sum();
            weights.iter_mut().for_each(|weight| *weight /= sum);
            Taps { start, weights }
        })
        .collect()
}

/// Scales interleaved pixels from one height and width to another.
pub(super) fn scale(pixels: Vec<u8>, from: [usize; 2], to: [usize; 2], channels: usize) -> Vec<u8> {
    let [height, width] = from;
    let wide = match width == to[1] {
        true => pixels,
        false => {
            let taps = taps(width, to[1]);
            let rows = pixels.chunks_exact(width * channels);
            rows.flat_map(|row| {
                taps.iter().flat_map(move |taps| {
                    (0..channels).map(move |channel| mean(row, taps, channels, channel))
                })
            })
            .collect()
        }
    };
    if height == to[0] {
        return wide;
    }
    let line = to[1] * channels;
    let taps = taps(height, to[0]);
    taps.iter().flat_map(|taps| (0..line).map(|place| mean(&wide, taps, line, place))).collect()
}

/// Returns the weighted mean of every `stride`-th byte, from that at `offset` on.
fn mean(bytes: &[u8], taps: &Taps, stride: usize, offset: usize) -> u8 {
    let old = bytes[taps.start * stride + offset..].iter().step_by(stride);
    let sum: f64 = old.zip(&taps.weights).map(|(byte, weight)| f64::from(*byte) * weight).sum();
    (sum + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    const PILLOW_2_3: [u8; 12] = [68, 75, 69, 92, 112, 120, 128, 123, 80, 147, 120, 119];
    const PILLOW_9_4: [u8; 72] = [
        17, 39, 64, 129, 142, 78, 96, 137, 37, 40, 50, 97, 121, 99, 106, 124, 70, 43, 28, 44, 86, 134, 122,
        103, 101, 91, 55, 63, 66, 103, 120, 127, 131, 150, 95, 100, 49, 56, 113, 163, 132, 141, 81, 139, 96,
        111, 103, 123, 135, 129, 73, 168, 126, 156, 104, 96, 146, 110, 94, 159, 90, 162, 152, 119, 153, 98,
        107, 153, 69, 166, 180, 133,
    ];
    const PILLOW_1_1: [u8; 2] = [93, 114];

    /// Two channels of 5 rows and 7 columns.
    fn picture() -> Vec<u8> {
        (0..70).map(|place| (place * place * 7 % 251) as u8).collect()
    }

    #[test]
    fn every_size_is_as_pillow_scales_it() {
        // numpy: p = (np.arange(70) ** 2 * 7 % 251).astype("u1").reshape(5, 7, 2); each channel of p by
        // Image.fromarray(p[..., c].copy()).resize((width, height), Image.BILINEAR).
        let cases: [([usize; 2], &[u8]); 4] =
            [([2, 3], &PILLOW_2_3), ([5, 7], &picture()), ([9, 4], &PILLOW_9_4), ([1, 1], &PILLOW_1_1)];
        for (to, expected) in cases {
            assert_eq!(scale(picture(), [5, 7], to, 2), expected, "{to:?}");
        }
    }
}
