//! What is published.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The lines of each section of `Cargo.toml`, as key and value.
fn sections() -> BTreeMap<String, BTreeMap<String, String>> {
    let text = std::fs::read_to_string("Cargo.toml").expect("the manifest");
    let mut sections: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut section = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.to_owned();
        } else if let Some((key, value)) = line.split_once('=') {
            let rows = sections.entry(section.clone()).or_default();
            rows.insert(key.trim().to_owned(), value.trim().to_owned());
        }
    }
    sections
}

#[test]
fn the_package_has_the_source_the_readme_the_changelog_and_the_licences_only() {
    let sections = sections();
    let list = sections["package"]["include"].trim_matches(['[', ']']);
    let files: BTreeSet<&str> = list.split(',').map(|file| file.trim().trim_matches('"')).collect();
    let expected = ["/src", "/README.md", "/CHANGELOG.md", "/LICENSE-MIT", "/LICENSE-APACHE"];
    assert_eq!(files, BTreeSet::from(expected));
    for file in expected {
        assert!(Path::new(file.trim_start_matches('/')).exists(), "{file}");
    }
}

#[test]
fn the_published_manifest_has_no_dependency_or_feature_for_a_model_checker() {
    let sections = sections();
    // A profile is for the workspace; `[target.….dependencies]` and `[dependencies.name]` are dependencies, too.
    let is_published = |name: &str| name == "features" || name.contains("dependencies");
    for (section, rows) in sections.iter().filter(|(name, _)| is_published(name)) {
        for (key, value) in rows {
            let row = format!("[{section}] {key} = {value}");
            assert!(!row.contains("loom") && !row.contains("shuttle"), "{row}");
        }
    }
    let features: Vec<&str> = sections["features"].keys().map(String::as_str).collect();
    assert_eq!(features, ["default", "json", "serde", "stream", "toml"]);
    assert_eq!(sections["features"]["default"], "[]");
    assert!(sections["dependencies"].contains_key("crossbeam-epoch"), "the sections are read");
}
