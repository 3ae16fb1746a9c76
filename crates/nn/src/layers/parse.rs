//! Reading a list of layers.

use super::{Layer, Layers, names};
use crate::ops::{BatchNorm, DropoutForm, Window};
use crate::{Activation, GraphError};
use std::str::FromStr;

/// Lists within lists: each takes a part of the stack to read, to build and to write.
const DEEPEST: usize = 64;
/// Larger extents are taken for typing errors.
const LARGEST: usize = 1 << 24;

impl FromStr for Layers {
    type Err = GraphError;

    /// See [`LAYERS`](super::LAYERS).
    fn from_str(text: &str) -> Result<Self, GraphError> {
        let read = depth(text).and_then(|()| layers(text));
        read.map_err(|explanation| GraphError::Layers { text: text.to_owned(), explanation })
    }
}

/// Refuses lists that stand too deep within one another.
fn depth(text: &str) -> Result<(), String> {
    let mut depth = 0usize;
    for letter in text.bytes() {
        match letter {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(format!("more than {DEEPEST} lists of layers stand within one another"));
        }
    }
    Ok(())
}

fn layers(text: &str) -> Result<Layers, String> {
    let items = split(text)?;
    if items.iter().all(|item| item.is_empty()) {
        return Err("it is empty; a network has at least one layer, such as `linear outputs`".into());
    }
    items.into_iter().map(layer).collect::<Result<_, _>>().map(Layers)
}

/// Splits at the commas outside brackets.
fn split(text: &str) -> Result<Vec<&str>, String> {
    let (mut depth, mut start, mut items) = (0usize, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1).ok_or("there is a `)` without its `(`")?,
            ',' if depth == 0 => {
                items.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    if depth > 0 {
        return Err("there is a `(` without its `)`".into());
    }
    items.push(text[start..].trim());
    Ok(items)
}

fn layer(text: &str) -> Result<Layer, String> {
    if let Some((name, rest)) = text.split_once('(') {
        let inner =
            rest.trim_end().strip_suffix(')').ok_or_else(|| format!("`{text}` does not end with its `)`"))?;
        return match name.trim() {
            "residual" => Ok(Layer::Residual(layers(inner)?)),
            other => Err(format!("`{other}` takes no list of layers; only `residual(…)` does")),
        };
    }
    let mut words = Words { text, words: text.split_whitespace() };
    let name = words.words.next().ok_or("there is nothing between two commas")?;
    let layer = match name {
        "linear" => match words.needed("how many outputs: a number, or the word `outputs` or `inputs`")? {
            "outputs" => Layer::Linear { outputs: None },
            "inputs" => Layer::Reconstruction,
            number => Layer::Linear { outputs: Some(extent(text, number)?) },
        },
        "latent" => Layer::Latent(extent(text, words.needed("how many variables")?)?),
        "conv" => {
            let outputs = extent(text, words.needed("how many channels it gives")?)?;
            let kernel = extents(text, words.needed("the extent of its window, such as `5` or `3x3`")?)?;
            let (mut window, mut groups) = (Window { kernel, ..Window::square(1) }, 1);
            while let Some((option, value)) = words.option()? {
                match (option, value) {
                    ("groups", value) => groups = extent(text, value)?,
                    ("pad", "same") => window.padding = [usize::MAX; 2],
                    other => window_option(text, &mut window, other)?,
                }
            }
            same(text, &mut window)?;
            Layer::Convolution { outputs, window, groups }
        }
        "max-pool" | "average-pool" => {
            let kernel = extents(text, words.needed("the extent of its window, such as `2` or `3x3`")?)?;
            let mut window = Window { kernel, stride: kernel, ..Window::square(1) };
            while let Some(option) = words.option()? {
                window_option(text, &mut window, option)?;
            }
            if name == "max-pool" { Layer::MaxPool(window) } else { Layer::AveragePool(window) }
        }
        "global-average-pool" => Layer::GlobalAveragePool,
        "batch-norm" => {
            let mut norm = BatchNorm::default();
            while let Some((option, value)) = words.option()? {
                match option {
                    "decay" => norm.decay = number(text, value)?,
                    "epsilon" => norm.epsilon = number(text, value)?,
                    other => {
                        return Err(format!(
                            "`{text}`: there is no option `{other}`; there are decay and epsilon"
                        ));
                    }
                }
            }
            Layer::BatchNorm(norm)
        }
        "layer-norm" => Layer::LayerNorm,
        "rms-norm" => Layer::RmsNorm,
        "embedding" => Layer::Embedding(extent(text, words.needed("how many numbers stand for a token")?)?),
        "positions" => Layer::Positions,
        "attention" => {
            let heads = extent(text, words.needed("in how many heads")?)?;
            let causal = match words.words.next() {
                None => false,
                Some("causal") => true,
                Some(other) => {
                    return Err(format!("`{text}`: `{other}` is not understood; only `causal` may follow"));
                }
            };
            Layer::Attention { heads, causal }
        }
        "gru" => Layer::Gru(extent(text, words.needed("how many units")?)?),
        "dropout" => {
            let rate =
                number(text, words.needed("the probability that an element is dropped, such as `0.5`")?)?;
            let form = match words.words.next() {
                None => DropoutForm::Inverted,
                Some("book") => DropoutForm::Book,
                Some(other) => {
                    return Err(format!(
                        "`{text}`: `{other}` is not understood; only `book` may follow the rate"
                    ));
                }
            };
            Layer::Dropout { rate, form }
        }
        "flatten" => Layer::Flatten,
        "image" => {
            let shape = words.needed("channels, rows and columns, such as `3x32x32`")?;
            let extents = shape.split('x').map(|part| extent(text, part)).collect::<Result<Vec<_>, _>>()?;
            let Ok(extents) = extents.try_into() else {
                return Err(format!("`{text}`: an image has channels, rows and columns, such as `3x32x32`"));
            };
            Layer::Image(extents)
        }
        other => match Activation::from_str(other) {
            Ok(activation) => Layer::Activation(activation),
            Err(_) => {
                let activations =
                    Activation::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                let layers = names().join(", ");
                return Err(format!("there is no layer `{other}`; there are: {layers}, and {activations}"));
            }
        },
    };
    match words.words.next() {
        Some(left) => Err(format!("`{text}`: `{left}` is not understood")),
        None => Ok(layer),
    }
}

struct Words<'a> {
    text: &'a str,
    words: std::str::SplitWhitespace<'a>,
}

impl<'a> Words<'a> {
    fn needed(&mut self, what: &str) -> Result<&'a str, String> {
        self.words.next().ok_or_else(|| format!("`{}` does not say {what}", self.text))
    }

    /// The next option and its value.
    fn option(&mut self) -> Result<Option<(&'a str, &'a str)>, String> {
        let Some(name) = self.words.next() else { return Ok(None) };
        let value = self.words.next().ok_or_else(|| format!("`{}`: `{name}` has no value", self.text))?;
        Ok(Some((name, value)))
    }
}

fn window_option(text: &str, window: &mut Window, (name, value): (&str, &str)) -> Result<(), String> {
    match name {
        "stride" => window.stride = extents(text, value)?,
        "dilation" => window.dilation = extents(text, value)?,
        "pad" => window.padding = extents_from(text, value, 0)?,
        other => {
            return Err(format!(
                "`{text}`: there is no option `{other}`; there are stride, pad, dilation and (for conv) groups"
            ));
        }
    }
    Ok(())
}

/// Sets the padding that `pad same` means.
fn same(text: &str, window: &mut Window) -> Result<(), String> {
    if window.padding != [usize::MAX; 2] {
        return Ok(());
    }
    for axis in 0..2 {
        let reach = (window.kernel[axis] - 1) * window.dilation[axis];
        if window.stride[axis] != 1 || !reach.is_multiple_of(2) {
            return Err(format!(
                "`{text}`: `pad same` needs stride 1 and a window of odd extent; give the padding as a number"
            ));
        }
        window.padding[axis] = reach / 2;
    }
    Ok(())
}

fn extents(text: &str, word: &str) -> Result<[usize; 2], String> {
    extents_from(text, word, 1)
}

fn extents_from(text: &str, word: &str, least: usize) -> Result<[usize; 2], String> {
    match word.split_once('x') {
        Some((rows, columns)) => Ok([from(text, rows, least)?, from(text, columns, least)?]),
        None => Ok([from(text, word, least)?; 2]),
    }
}

fn extent(text: &str, word: &str) -> Result<usize, String> {
    from(text, word, 1)
}

fn from(text: &str, word: &str, least: usize) -> Result<usize, String> {
    let found = word.parse::<usize>().ok().filter(|number| (least..=LARGEST).contains(number));
    found.ok_or_else(|| format!("`{text}`: `{word}` is not a whole number from {least} to {LARGEST}"))
}

fn number(text: &str, word: &str) -> Result<f64, String> {
    let found = word.parse::<f64>().ok().filter(|number| number.is_finite());
    found.ok_or_else(|| format!("`{text}`: `{word}` is not a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_the_same_way() {
        for text in [
            "linear outputs",
            "conv 30 5, relu, max-pool 2, linear 100, relu, linear outputs",
            "conv 8 5x3 stride 2 pad 1x0 dilation 2 groups 4, average-pool 3x2 stride 2 pad 1",
            "image 3x32x32, residual(conv 3 3 pad 1, batch-norm, residual(relu)), batch-norm decay 0.5 epsilon 0.001",
            "embedding 16, positions, residual(layer-norm, attention 4 causal), attention 2, rms-norm, gru 8",
            "dropout 0.2 book, dropout 0.5, global-average-pool, flatten, leaky-relu",
        ] {
            assert_eq!(layers(text).unwrap().to_string(), text);
        }
        let same = layers("conv 8 3x5 pad same dilation 2").unwrap();
        assert_eq!(same.to_string(), "conv 8 3x5 pad 2x4 dilation 2");
    }

    #[test]
    fn lists_stand_within_one_another_to_a_limit() {
        let nested = |depth: usize| format!("{}relu{}", "residual(".repeat(depth), ")".repeat(depth));
        assert_eq!(nested(DEEPEST).parse::<Layers>().unwrap().to_string(), nested(DEEPEST));
        for depth in [DEEPEST + 1, 1_000_000] {
            let error = nested(depth).parse::<Layers>().unwrap_err().to_string();
            assert!(error.contains("more than 64 lists of layers stand within one another"), "{depth}");
            assert!(error.len() < 1000, "{}", error.len());
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, said) in [
            ("", "at least one layer"),
            ("relu,,relu", "nothing between two commas"),
            ("linear", "`linear` does not say how many outputs"),
            ("linear x", "`x` is not a whole number from 1"),
            ("linear 0", "`0` is not a whole number from 1"),
            ("conv 3", "`conv 3` does not say the extent of its window"),
            ("conv 3 3 strid 2", "there is no option `strid`"),
            ("conv 3 3 stride", "`stride` has no value"),
            ("conv 3 4 pad same", "`pad same` needs stride 1 and a window of odd extent"),
            ("max-pool 2 pad same", "`same` is not a whole number from 0"),
            ("dropout", "does not say the probability"),
            ("dropout 0.5 books", "only `book` may follow"),
            ("attention 2 casual", "only `causal` may follow"),
            ("image 3x32", "channels, rows and columns"),
            ("relu 3", "`3` is not understood"),
            ("rellu", "there is no layer `rellu`; there are: linear, latent, conv"),
            ("residual(relu", "a `(` without its `)`"),
            ("relu)", "a `)` without its `(`"),
            ("linear(relu)", "`linear` takes no list of layers"),
            ("residual()", "at least one layer"),
            ("residual(relu) x", "does not end with its `)`"),
        ] {
            let error = layers(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
