//! One look per label: a colour, a dash pattern and a marker, the same in every figure and table of a page. Dashes and markers are
//! for those who cannot tell the colours apart, or print in grey.
//!
//! A figure does not know which other labels its page has, so it names variables of CSS (`var(--arm-…)`) and says which labels it
//! draws ([`Arm`]). The page gives each label its look ([`styles`]) and writes the values down once.
//!
//! Colours: M. Okabe and K. Ito, *Color Universal Design* (2008). Their black gives way to a grey, their yellow is
//! darker and their blue lighter, so that each one reads on white and on black.

use serde_json::{Value, json};

/// What has a look of its own: a rule under a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// Name of the rule: those of the default field have the same colour on every page.
    pub rule: String,
    /// What tells it from other settings of the same rule.
    pub label: String,
}

/// How one label is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Style {
    /// `#rrggbb`.
    colour: &'static str,
    /// Pattern of its lines, under the name plotly.js gives it.
    dash: &'static str,
    /// Shape of its points, under the name plotly.js gives it.
    symbol: &'static str,
}

const COLOURS: [&str; 8] =
    ["#7d8590", "#e69f00", "#d55e00", "#009e73", "#56b4e9", "#1a7cc0", "#cc79a7", "#b5a800"];
const DASHES: [&str; 6] = ["solid", "dash", "dashdot", "dot", "longdash", "longdashdot"];
// No crosses: a cross means "diverged" in every figure.
const SYMBOLS: [&str; 8] =
    ["circle", "square", "diamond", "triangle-up", "pentagon", "triangle-down", "hexagon", "star"];
/// The default field of a comparison, in its order: position in the palette.
const KNOWN: [&str; 7] = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"];

impl Arm {
    /// Creates an arm.
    pub fn new(rule: impl Into<String>, label: impl Into<String>) -> Self {
        Self { rule: rule.into(), label: label.into() }
    }

    /// Returns its colour, as a variable of the page.
    pub(crate) fn colour(&self) -> String {
        format!("var({})", self.variable(""))
    }

    /// Returns its colour for an area behind lines.
    pub(crate) fn faded(&self) -> String {
        format!("var({})", self.variable("-faded"))
    }

    /// Returns its marker, that many pixels wide.
    pub(crate) fn marker(&self, size: usize) -> Value {
        json!({ "color": self.colour(), "symbol": format!("var({})", self.variable("-symbol")), "size": size })
    }

    /// Returns its line.
    pub(crate) fn line(&self, width: f64) -> Value {
        json!({ "color": self.colour(), "dash": format!("var({})", self.variable("-dash")), "width": width })
    }

    /// A name of CSS for what users may call as they like: the FNV-1a hash of both names.
    fn variable(&self, part: &str) -> String {
        let bytes = self.rule.bytes().chain([0]).chain(self.label.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        format!("--arm-{hash:016x}{part}")
    }

    fn is_plain(&self) -> bool {
        plain(&self.rule) == plain(&self.label)
    }
}

/// Returns the CSS declarations that give each arm of a page its look.
pub(crate) fn declarations(arms: &[Arm]) -> String {
    let mut distinct: Vec<&Arm> = Vec::new();
    for arm in arms {
        if !distinct.contains(&arm) {
            distinct.push(arm);
        }
    }
    let styles = styles(&distinct);
    let declare = |(arm, style): (&&Arm, &Style)| {
        let [colour, faded, dash, symbol] = ["", "-faded", "-dash", "-symbol"].map(|part| arm.variable(part));
        format!(
            "{colour}:{};{faded}:{};{dash}:{};{symbol}:{};\n",
            style.colour,
            style.faded(),
            style.dash,
            style.symbol
        )
    };
    distinct.iter().zip(&styles).map(declare).collect()
}

/// Returns the looks of distinct arms, in their order.
///
/// A rule of the default field has its own colour, under its own name or else the first label that it has. Every other label
/// takes the colour its name hashes to, or the next one that fewest labels have. Labels that share a colour differ in dash and
/// marker.
fn styles(arms: &[&Arm]) -> Vec<Style> {
    let mut places: Vec<Option<usize>> = vec![None; arms.len()];
    let mut uses = [0; COLOURS.len()];
    for plainly in [true, false] {
        for (arm, place) in arms.iter().zip(&mut places) {
            let known = KNOWN.iter().position(|known| *known == plain(&arm.rule));
            if let Some(slot) = known.filter(|&slot| uses[slot] == 0 && (arm.is_plain() || !plainly)) {
                uses[slot] = 1;
                *place = Some(slot);
            }
        }
    }
    let mut seen = [0; COLOURS.len()];
    let style = |(arm, place): (&&Arm, Option<usize>)| {
        let slot = place.unwrap_or_else(|| {
            let slot = free_slot(&arm.label, &uses);
            uses[slot] += 1;
            slot
        });
        let variant = slot + seen[slot];
        seen[slot] += 1;
        Style {
            colour: COLOURS[slot],
            dash: DASHES[variant % DASHES.len()],
            symbol: SYMBOLS[variant % SYMBOLS.len()],
        }
    };
    arms.iter().zip(places).map(style).collect()
}

/// The place that fewest labels have, the first one from where the name hashes to.
fn free_slot(label: &str, uses: &[usize; COLOURS.len()]) -> usize {
    let first =
        plain(label).bytes().fold(0_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    let from_there = (0..uses.len()).map(|offset| first.wrapping_add(offset) % uses.len());
    from_there.min_by_key(|&slot| uses[slot]).unwrap_or_default()
}

/// "RMSProp", "rms_prop" and "rms-prop" are one rule.
fn plain(rule: &str) -> String {
    rule.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Style {
    /// The colour behind lines, as CSS writes it.
    fn faded(&self) -> String {
        let channel = |at: usize| u8::from_str_radix(&self.colour[at..at + 2], 16).unwrap_or(128);
        format!("rgba({},{},{},0.2)", channel(1), channel(3), channel(5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(arms: &[(&str, &str)]) -> Vec<Style> {
        let arms: Vec<Arm> = arms.iter().map(|&(rule, label)| Arm::new(rule, label)).collect();
        styles(&arms.iter().collect::<Vec<_>>())
    }

    fn colours(rules: &[&str]) -> Vec<&'static str> {
        let arms: Vec<(&str, &str)> = rules.iter().map(|&rule| (rule, rule)).collect();
        looks(&arms).iter().map(|style| style.colour).collect()
    }

    fn distinct<T: Ord>(mut values: Vec<T>) -> usize {
        values.sort_unstable();
        values.dedup();
        values.len()
    }

    #[test]
    fn a_known_rule_keeps_its_colour_in_any_company() {
        assert_eq!(colours(&["adam"]), ["#1a7cc0"]);
        assert_eq!(colours(&["lion", "muon", "Adam", "sgd"])[2..], ["#1a7cc0", "#7d8590"]);
        assert_eq!(colours(&["RMSProp"]), colours(&["rms_prop"]));
        // Its plain label has it, wherever it stands; without one, the first.
        let several = looks(&[("adam", "8 bits"), ("adam", "adam"), ("adam", "clipped")]);
        assert_eq!(several[1].colour, "#1a7cc0");
        assert_eq!(looks(&[("adam", "slow"), ("adam", "fast")])[0].colour, "#1a7cc0");
    }

    #[test]
    fn five_settings_of_one_rule_have_five_colours_and_dashes() {
        let labels = ["adamw", "clipped, cautious", "8-bit state", "no decay on biases", "muon and adamw"];
        let found = looks(&labels.map(|label| ("adamw", label)));
        assert_eq!(found[0].colour, "#cc79a7");
        assert_eq!(distinct(found.iter().map(|style| style.colour).collect()), 5, "{found:?}");
        assert_eq!(distinct(found.iter().map(|style| style.symbol).collect()), 5, "{found:?}");
    }

    #[test]
    fn eight_rules_have_eight_colours() {
        let rules = ["lion", "muon", "sophia", "sgd", "adam", "adamw", "radam", "nadam"];
        assert_eq!(distinct(colours(&rules)), 8);
    }

    #[test]
    fn thirty_labels_differ_in_colour_or_dash() {
        let names: Vec<String> = (0..30).map(|index| format!("rule {index}")).collect();
        let arms: Vec<(&str, &str)> = names.iter().map(|name| ("sgd", name.as_str())).collect();
        let found = looks(&arms);
        assert_eq!(distinct(found.iter().map(|style| (style.colour, style.dash)).collect()), 30);
    }

    #[test]
    fn a_page_declares_each_label_once() {
        let adam = Arm::new("adam", "Adam: url(x); }");
        let found = declarations(&[adam.clone(), Arm::new("sgd", "sgd"), adam.clone()]);
        assert_eq!(found.lines().count(), 2);
        assert!(found.contains(":#1a7cc0;") && found.contains(":rgba(26,124,192,0.2);"), "{found}");
        assert!(!found.contains("url") && !found.contains('}'), "{found}");
        let name = adam.colour().replace("var(", "").replace(')', "");
        assert!(found.starts_with(&format!("{name}:#1a7cc0;{name}-faded:")), "{found}");
    }
}
