//! plotly.js, as the `plotly` crate carries it.

use std::sync::OnceLock;

const OPEN: &str = "<script type=\"text/javascript\">";
const CLOSE: &str = "</script>";

/// Returns the source of plotly.js (MIT licence, about 4.6 MB).
///
/// The crate hands out plotly.js followed by MathJax, each in a `<script>` element. No label of ours is TeX, so MathJax,
/// another 2 MB a page, is left out.
pub(crate) fn plotly() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        let elements = plotly::Plot::offline_js_sources();
        let source = elements.split_once(OPEN).and_then(|(_, rest)| rest.split_once(CLOSE));
        source.expect("the plotly crate wraps plotly.js in a script element").0.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_whole_of_plotly_and_nothing_else() {
        let source = plotly();
        assert!(source.trim_start().starts_with("/**\n* plotly.js v3"));
        assert!(source.len() > 4_000_000 && source.len() < 5_000_000, "{}", source.len());
        assert!(!source.contains("</script"), "it would end its own element");
        assert!(!source.contains("mathjax/es5"));
    }
}
