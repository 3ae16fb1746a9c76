//! What lies where in the repository.

use std::path::{Path, PathBuf};

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    // Cargo sets the variable when it runs this program; the folder of the build stands in for it.
    let own = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    own.parent().map(Path::to_path_buf).unwrap_or(own)
}

/// Returns the folder of build outputs.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Returns the folder in which wheels are left.
pub(crate) fn wheels() -> PathBuf {
    target().join("wheels")
}

/// Returns the newest wheel in a folder, if there is one.
pub(crate) fn newest_wheel(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .max_by_key(|path| path.metadata().and_then(|found| found.modified()).ok())
}

/// Returns a folder for this program's own files, and makes it if it is not there.
///
/// # Errors
/// If it cannot be made.
pub(crate) fn scratch() -> Result<PathBuf, String> {
    let folder = target().join("xtask");
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    Ok(folder)
}

/// A crate of the repository.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    /// Its folder, relative to the root: `crates/optim`.
    pub(crate) folder: String,
    /// The name of its package: `thalweg-optim`.
    pub(crate) package: String,
    /// Whether it belongs to the workspace of the root.
    pub(crate) in_workspace: bool,
    pub(crate) has_library: bool,
}

impl Member {
    /// Returns the last part of the folder: `optim`.
    pub(crate) fn short_name(&self) -> &str {
        self.folder.rsplit('/').next().unwrap_or(&self.folder)
    }
}

/// Returns the crates in `crates/` and this one, sorted by folder.
///
/// # Errors
/// If a folder or a manifest cannot be read.
pub(crate) fn members(root: &Path) -> Result<Vec<Member>, String> {
    let crates = root.join("crates");
    let entries =
        std::fs::read_dir(&crates).map_err(|error| format!("cannot read {}: {error}", crates.display()))?;
    let mut folders: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| crates.join(name).join("Cargo.toml").exists())
        .map(|name| format!("crates/{name}"))
        .collect();
    folders.push("xtask".into());
    folders.sort();
    folders.into_iter().map(|folder| member(root, folder)).collect()
}

fn member(root: &Path, folder: String) -> Result<Member, String> {
    let manifest = root.join(&folder).join("Cargo.toml");
    let text = read(&manifest)?;
    let package =
        value_of(&text, "package", "name").ok_or_else(|| format!("{} has no name", manifest.display()))?;
    let in_workspace = !text.lines().any(|line| line.trim() == "[workspace]");
    let has_library = root.join(&folder).join("src/lib.rs").exists();
    Ok(Member { folder, package, in_workspace, has_library })
}

/// Returns the version of the workspace.
///
/// # Errors
/// If the manifest cannot be read or names none.
pub(crate) fn version(root: &Path) -> Result<String, String> {
    let text = read(&root.join("Cargo.toml"))?;
    value_of(&text, "workspace.package", "version").ok_or_else(|| "Cargo.toml names no version".into())
}

/// Returns the string value of a key in a section of a manifest.
fn value_of(manifest: &str, section: &str, key: &str) -> Option<String> {
    let header = format!("[{section}]");
    let mut lines = manifest.lines().map(str::trim).skip_while(|line| *line != header).skip(1);
    lines.by_ref().take_while(|line| !line.starts_with('[')).find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// Reads a text file.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crates_are_found() {
        let members = members(&root()).unwrap();
        let optim = members.iter().find(|member| member.short_name() == "optim").unwrap();
        assert_eq!(
            (optim.package.as_str(), optim.in_workspace, optim.has_library),
            ("thalweg-optim", true, true)
        );
        let own = members.last().unwrap();
        assert_eq!((own.folder.as_str(), own.package.as_str(), own.has_library), ("xtask", "xtask", false));
    }

    #[test]
    fn values_are_read_from_their_section() {
        let manifest = "[a]\nname = \"one\"\n\n[a.b]\nversion=\"2\"\nname = \"three\"\n[c]\n";
        assert_eq!(value_of(manifest, "a", "name").as_deref(), Some("one"));
        assert_eq!(value_of(manifest, "a.b", "name").as_deref(), Some("three"));
        assert_eq!(value_of(manifest, "a", "version"), None);
        assert_eq!(value_of(manifest, "c", "name"), None);
    }

    #[test]
    fn the_version_has_three_parts() {
        assert_eq!(version(&root()).unwrap().split('.').count(), 3);
    }

    /// The benchmarks are a workspace of their own, whose profile must be that of the library.
    #[test]
    fn every_workspace_compiles_a_release_alike() {
        let levels = |file: &str| {
            let text = read(&root().join(file)).unwrap();
            let (_, profile) = text.split_once("[profile.release]\n").unwrap();
            let lines = profile.lines().take_while(|line| !line.starts_with("[profile.dev")).map(str::trim);
            let levels =
                lines.filter(|line| line.contains("opt-level = ") && !line.starts_with("thalweg-python"));
            levels.map(String::from).collect::<Vec<_>>()
        };
        let own = levels("Cargo.toml");
        assert!(own.len() > 20, "{own:?}");
        // The benchmark's own code comes last.
        let bench = levels("bench/Cargo.toml");
        assert_eq!(bench.split_last().unwrap(), (&"opt-level = 3".to_string(), &own[..]));
    }
}
