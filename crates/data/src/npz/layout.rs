//! What the shape of an array says of its examples: rows of numbers, or images, and where their channels stand.

use super::error::NpzError;

/// Numbers of channels that images have.
const CHANNELS: [usize; 3] = [1, 3, 4];

/// How one example is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// The shape of one example, channels first.
    pub(super) shape: Vec<usize>,
    /// Height and width, if it is an image.
    pub(super) image: Option<(usize, usize)>,
    /// Whether the file has the channels last, so that they are to be turned.
    pub(super) turns: bool,
}

impl Layout {
    /// Understands the shape of an array whose first dimension counts examples.
    pub(super) fn of(name: &str, shape: &[usize]) -> Result<Layout, NpzError> {
        let one: Vec<usize> = match shape.get(1..) {
            None | Some([]) => vec![1],
            Some(one) => one.to_vec(),
        };
        let has_channels = |extent: usize| CHANNELS.contains(&extent);
        let image = |height: usize, width: usize| (height > 0 && width > 0).then_some((height, width));
        Ok(match one[..] {
            [height, width] => Layout { image: image(height, width), shape: one, turns: false },
            [first, _, last] if has_channels(first) && has_channels(last) && first != last => {
                let problem = format!(
                    "in shape {shape:?} the channels may come first or last; give [examples, channels, height, width], in \
                     Python: numpy.moveaxis({name}, -1, 1)"
                );
                return Err(NpzError::Inputs { name: name.into(), problem });
            }
            [first, _, last] if has_channels(first) && has_channels(last) => {
                let problem = format!(
                    "in shape {shape:?} the first and the last extent may both be channels; give larger images, or rows: \
                     {name}.reshape(len({name}), -1)"
                );
                return Err(NpzError::Inputs { name: name.into(), problem });
            }
            [channels, height, width] if has_channels(channels) => {
                Layout { image: image(height, width), shape: one, turns: false }
            }
            [height, width, channels] if has_channels(channels) => {
                Layout { image: image(height, width), shape: vec![channels, height, width], turns: true }
            }
            _ => Layout { image: None, shape: one, turns: false },
        })
    }

    /// Puts the channels first, if they are last.
    pub(super) fn turn(&self, values: Vec<f32>) -> Vec<f32> {
        let [channels, height, width] = self.shape[..] else { return values };
        if !self.turns || channels == 1 {
            return values;
        }
        let pixels = height * width;
        let mut turned = Vec::with_capacity(values.len());
        for example in values.chunks_exact((channels * pixels).max(1)) {
            for channel in 0..channels {
                turned.extend(example.iter().skip(channel).step_by(channels));
            }
        }
        turned
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_found_first_or_last() {
        let of = |shape: &[usize]| Layout::of("x", shape).unwrap();
        assert_eq!(of(&[9]), Layout { shape: vec![1], image: None, turns: false });
        assert_eq!(of(&[9, 28, 28]), Layout { shape: vec![28, 28], image: Some((28, 28)), turns: false });
        assert_eq!(of(&[9, 3, 8, 6]), Layout { shape: vec![3, 8, 6], image: Some((8, 6)), turns: false });
        assert_eq!(of(&[9, 8, 6, 3]), Layout { shape: vec![3, 8, 6], image: Some((8, 6)), turns: true });
        assert_eq!(of(&[9, 5, 6, 7]).image, None);
        for unclear in [[9, 3, 8, 1], [9, 3, 8, 3]] {
            assert!(Layout::of("x", &unclear).unwrap_err().to_string().contains("[9, 3, 8"), "{unclear:?}");
        }
    }

    #[test]
    fn turning_keeps_every_pixel_with_its_channel() {
        let layout = Layout::of("x", &[1, 2, 2, 3]).unwrap();
        // Pixel p of channel c is 10 p + c.
        let values = [0., 1., 2., 10., 11., 12., 20., 21., 22., 30., 31., 32.];
        let turned = [0., 10., 20., 30., 1., 11., 21., 31., 2., 12., 22., 32.];
        assert_eq!(layout.turn(values.to_vec()), turned);
    }
}
