//! The scripts of a page: our own, one idea a file, and plotly.js, which draws the figures (`assets/README.md` says where it comes
//! from).

#[cfg(feature = "plotly-js")]
use {
    flate2::read::GzDecoder,
    std::{io::Read, sync::OnceLock},
};

#[cfg(feature = "plotly-js")]
static COMPRESSED: &[u8] = include_bytes!("../assets/plotly-3.0.1.min.js.gz");

/// Returns what runs before the page is shown: it puts the reader's colours on.
pub(crate) fn early() -> &'static str {
    include_str!("../assets/page/early.js")
}

/// Returns the script of the page. Its files follow one another in one function, so that none of their names is global.
pub(crate) fn own() -> &'static str {
    concat!(
        "\"use strict\";\n(() => {\n",
        include_str!("../assets/page/settings.js"),
        include_str!("../assets/page/saving.js"),
        include_str!("../assets/page/tables.js"),
        include_str!("../assets/page/ticks.js"),
        include_str!("../assets/page/walk.js"),
        include_str!("../assets/page/figures.js"),
        include_str!("../assets/page/start.js"),
        "})();\n"
    )
}

/// Returns the source of plotly.js (MIT licence, about 4.6 MB), unpacked once.
#[cfg(feature = "plotly-js")]
pub(crate) fn plotly() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        let mut source = String::new();
        GzDecoder::new(COMPRESSED).read_to_string(&mut source).expect("the embedded file is whole");
        source
    })
}

/// Nothing: [`Page::write`](crate::Page::write) refuses to write pages without it.
#[cfg(not(feature = "plotly-js"))]
pub(crate) fn plotly() -> &'static str {
    ""
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn is_the_distributed_file_and_nothing_else() {
        let source = plotly();
        assert!(source.starts_with("/**\n* plotly.js v3.0.1\n"), "{:.60}", source);
        let digest: String = Sha256::digest(source).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, "a32e817bb121e9e89016ce4cee85ee3f1c66f6a6c95c4b53a5f488f77756d7a4");
        assert!(include_str!("../assets/README.md").contains(&digest), "the README names another file");
    }

    #[test]
    fn does_not_end_its_own_element() {
        assert!(!plotly().contains("</script"));
    }
}
