//! Sample images with what the network made of them.

use crate::{Language, ReportError, escape::html};

/// A grey image and its prediction.
#[derive(Debug, Clone)]
pub struct Image {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Row by row from the top, 0 black to 1 white; values outside are clamped, NaN is black.
    pub pixels: Vec<f32>,
    /// The true class.
    pub label: String,
    /// The predicted class, if there is one.
    pub predicted: Option<String>,
    /// The probability of the predicted class, 0 to 1.
    pub probability: Option<f64>,
}

/// Checked images, ready for a page.
#[derive(Debug, Clone)]
pub struct ImageGrid {
    /// Title, a few words.
    pub title: String,
    /// What is shown, below the images.
    pub caption: String,
    images: Vec<Image>,
}

impl ImageGrid {
    /// Checks the images.
    ///
    /// # Errors
    /// [`ReportError::ImageSize`] for a side of 0 or more than 4096 pixels, [`ReportError::Pixels`] if the pixels do not fill it.
    pub fn new(title: impl Into<String>, images: Vec<Image>) -> Result<Self, ReportError> {
        for Image { width, height, pixels, label, .. } in &images {
            let (width, height, label) = (*width, *height, label.clone());
            if !(1..=4096).contains(&width) || !(1..=4096).contains(&height) {
                return Err(ReportError::ImageSize { label, width, height });
            }
            if pixels.len() != width * height {
                return Err(ReportError::Pixels { label, width, height, pixels: pixels.len() });
            }
        }
        Ok(Self { title: title.into(), caption: String::new(), images })
    }

    pub(crate) fn html(&self, language: Language) -> String {
        let images: String = self.images.iter().map(|image| image.html(language)).collect();
        format!(
            "<figure class=\"wide\">\n<h3>{}</h3>\n<ul class=\"images\">\n{images}</ul>\n<figcaption>{}</figcaption>\n\
             </figure>\n",
            html(&self.title),
            html(&self.caption)
        )
    }
}

impl Image {
    fn html(&self, language: Language) -> String {
        let words = language.words();
        let (class, icon, meaning) = match &self.predicted {
            None => ("", "", ""),
            Some(predicted) if *predicted == self.label => ("right", "✓", words.right()),
            Some(_) => ("wrong", "✗", words.wrong()),
        };
        let label = html(&self.label);
        let mut text = match &self.predicted {
            Some(predicted) if *predicted != self.label => format!("{label} → {}", html(predicted)),
            _ => label.clone(),
        };
        if let Some(probability) = self.probability.filter(|value| value.is_finite()) {
            text.push_str(&format!(" <small>{:.0}\u{a0}%</small>", probability * 100.0));
        }
        let predicted = self.predicted.as_ref();
        let alternative =
            predicted.map(|name| format!(", {} {}", words.predicted(), html(name))).unwrap_or_default();
        format!(
            "<li class=\"{class}\"><img width=\"{}\" height=\"{}\" alt=\"{label}{alternative}\" \
             src=\"data:image/png;base64,{}\"><span><b title=\"{meaning}\">{icon}</b> {text}</span></li>\n",
            self.width,
            self.height,
            base64(&self.png())
        )
    }

    fn png(&self) -> Vec<u8> {
        let grey: Vec<u8> =
            self.pixels.iter().map(|pixel| (pixel.clamp(0.0, 1.0) * 255.0).round() as u8).collect();
        let mut file = Vec::new();
        // The size was checked when the grid was made, so both fit in 32 bits.
        let mut encoder = png::Encoder::new(&mut file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().expect("a header for a checked size, written to memory");
        writer.write_image_data(&grey).expect("as many bytes as the checked size needs, written to memory");
        writer.finish().expect("memory can be written");
        file
    }
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .enumerate()
            .fold(0_usize, |bits, (at, byte)| bits | usize::from(*byte) << (16 - 8 * at));
        for place in 0..4 {
            let letter = ALPHABET[bits >> (18 - 6 * place) & 63];
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(pixels: Vec<f32>) -> Image {
        Image {
            width: 2,
            height: 1,
            pixels,
            label: "<3>".into(),
            predicted: Some("5".into()),
            probability: Some(0.625),
        }
    }

    #[test]
    fn base64_of_the_standard() {
        let expected = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")];
        for (plain, encoded) in expected {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn png_reads_back_to_the_clamped_pixels() {
        let file = image(vec![0.5, 7.0]).png();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a header");
        let mut pixels = [0; 2];
        reader.next_frame(&mut pixels).expect("a frame");
        assert_eq!(pixels, [128, 255]);
        assert_eq!(image(vec![f32::NAN, -1.0]).png().len(), image(vec![0.0, 0.0]).png().len());
    }

    #[test]
    fn a_wrong_prediction_has_an_icon_and_escaped_words() {
        let grid = ImageGrid::new("samples", vec![image(vec![0.0, 1.0])]).expect("two pixels");
        let found = grid.html(Language::English);
        assert!(found.contains("class=\"wrong\""));
        assert!(found.contains("✗</b> &lt;3&gt; → 5 <small>62\u{a0}%</small>"), "{found}");
        assert!(found.contains("alt=\"&lt;3&gt;, predicted 5\""));
    }

    #[test]
    fn pixels_must_fill_the_image() {
        let error = ImageGrid::new("samples", vec![image(vec![0.0])]).expect_err("one pixel is missing");
        assert_eq!(error.to_string(), "the image \"<3>\" has 1 pixels, but 2 x 1 needs 2");
    }
}
