//! One look per rule: the same colour on every page, and a dash pattern and marker of its own for those who cannot
//! tell the colours apart, or print in grey.
//!
//! Colours: M. Okabe and K. Ito, *Color Universal Design* (2008). Their black gives way to a grey, their yellow is
//! darker and their blue lighter, so that each one reads on white and on black.

use serde_json::{Value, json};

/// How one rule is drawn.
#[derive(Debug, Clone)]
pub struct Style {
    /// `#rrggbb`.
    pub colour: &'static str,
    /// Pattern of its lines, under the name plotly.js gives it.
    pub dash: &'static str,
    /// Shape of its points, under the name plotly.js gives it.
    pub symbol: &'static str,
}

const COLOURS: [&str; 8] =
    ["#7d8590", "#e69f00", "#d55e00", "#009e73", "#56b4e9", "#1a7cc0", "#cc79a7", "#b5a800"];
const DASHES: [&str; 6] = ["solid", "dash", "dashdot", "dot", "longdash", "longdashdot"];
// No crosses: a cross means "diverged" in every figure.
const SYMBOLS: [&str; 8] =
    ["circle", "square", "diamond", "triangle-up", "pentagon", "triangle-down", "hexagon", "star"];
/// The default field of a comparison, in its order: position in the palette.
const KNOWN: [&str; 7] = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"];

/// Returns the styles of the rules of one figure, in their order.
///
/// A rule of the default field always has the same colour. Any other one takes the colour its name hashes to, or the
/// next free one. A rule that appears again (two rates, two dialects) keeps the colour and takes the next dash and
/// marker.
pub fn styles<S: AsRef<str>>(rules: impl IntoIterator<Item = S>) -> Vec<Style> {
    let names: Vec<String> = rules.into_iter().map(|rule| plain(rule.as_ref())).collect();
    let mut owners: [Option<&str>; COLOURS.len()] = [None; COLOURS.len()];
    for name in &names {
        if let Some(slot) = KNOWN.iter().position(|known| known == name) {
            owners[slot] = Some(name);
        }
    }
    let mut seen = [0; COLOURS.len()];
    names
        .iter()
        .map(|name| {
            let slot = slot_of(name, &mut owners);
            let variant = slot + seen[slot];
            seen[slot] += 1;
            Style {
                colour: COLOURS[slot],
                dash: DASHES[variant % DASHES.len()],
                symbol: SYMBOLS[variant % SYMBOLS.len()],
            }
        })
        .collect()
}

fn slot_of<'a>(name: &'a str, owners: &mut [Option<&'a str>]) -> usize {
    let first = name.bytes().fold(0_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    let count = owners.len();
    if let Some(slot) = owners.iter().position(|owner| *owner == Some(name)) {
        return slot;
    }
    let slot =
        (0..count).map(|offset| first.wrapping_add(offset) % count).find(|slot| owners[*slot].is_none());
    let slot = slot.unwrap_or(first % count);
    owners[slot].get_or_insert(name);
    slot
}

/// "RMSProp", "rms_prop" and "rms-prop" are one rule.
fn plain(rule: &str) -> String {
    rule.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Style {
    /// Returns the colour with an opacity between 0 and 1, as CSS writes it.
    pub(crate) fn faded(&self, opacity: f64) -> String {
        let channel = |at: usize| u8::from_str_radix(&self.colour[at..at + 2], 16).unwrap_or(128);
        format!("rgba({},{},{},{opacity})", channel(1), channel(3), channel(5))
    }

    /// Returns the marker of this style, that many pixels wide.
    pub(crate) fn marker(&self, size: usize) -> Value {
        json!({ "color": self.colour, "symbol": self.symbol, "size": size })
    }

    /// Returns the line of this style.
    pub(crate) fn line(&self, width: f64) -> Value {
        json!({ "color": self.colour, "dash": self.dash, "width": width })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colours(rules: &[&str]) -> Vec<&'static str> {
        styles(rules).iter().map(|style| style.colour).collect()
    }

    #[test]
    fn a_known_rule_keeps_its_colour_in_any_company() {
        assert_eq!(colours(&["adam"]), ["#1a7cc0"]);
        assert_eq!(colours(&["lion", "muon", "Adam", "sgd"])[2..], ["#1a7cc0", "#7d8590"]);
        assert_eq!(colours(&["RMSProp"]), colours(&["rms_prop"]));
    }

    #[test]
    fn eight_rules_have_eight_colours() {
        let mut found = colours(&["lion", "muon", "sophia", "sgd", "adam", "adamw", "radam", "nadam"]);
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), 8);
    }

    #[test]
    fn a_repeated_rule_keeps_its_colour_and_changes_its_dash() {
        let twice = styles(["adam", "adam"]);
        assert_eq!(twice[0].colour, twice[1].colour);
        assert_ne!(twice[0].dash, twice[1].dash);
    }

    #[test]
    fn more_rules_than_colours_still_have_a_style() {
        let names: Vec<String> = (0..30).map(|index| format!("rule {index}")).collect();
        assert_eq!(styles(&names).len(), 30);
    }

    #[test]
    fn faded_colours() {
        assert_eq!(styles(["adam"])[0].faded(0.25), "rgba(26,124,192,0.25)");
    }
}
