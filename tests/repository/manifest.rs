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
fn the_published_manifest_knows_no_model_checker() {
    let sections = sections();
    let published = sections.iter().filter(|(name, _)| !name.starts_with("workspace"));
    for (section, rows) in published {
        for (key, value) in rows {
            for model in ["loom", "shuttle"] {
                assert!(!key.contains(model) && !value.contains(model), "[{section}] {key} = {value}");
            }
        }
    }
    let features: Vec<&str> = sections["features"].keys().map(String::as_str).collect();
    assert_eq!(features, ["default", "serde"]);
    assert_eq!(sections["features"]["default"], "[]");
    assert!(sections["dependencies"].contains_key("crossbeam-epoch"), "the sections are read");
}
