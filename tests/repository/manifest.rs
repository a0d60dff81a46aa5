//! What is published.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The lines of each section of the manifest of what is published, as key and value.
fn sections() -> BTreeMap<String, BTreeMap<String, String>> {
    sections_of("Cargo.toml")
}

/// The same of another manifest.
fn sections_of(manifest: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let text = std::fs::read_to_string(manifest).unwrap_or_else(|error| panic!("{manifest}: {error}"));
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
            let models = ["loom", "shuttle", "paused", "sync-map-model", "sync-map-pauses"];
            assert!(!models.iter().any(|model| row.contains(model)), "{row}");
        }
    }
    let features: Vec<&str> = sections["features"].keys().map(String::as_str).collect();
    assert_eq!(features, ["default", "json", "serde", "stream", "toml"]);
    assert_eq!(sections["features"]["default"], "[]");
    assert!(sections["dependencies"].contains_key("crossbeam-epoch"), "the sections are read");
}

/// What cargo would put into the archive, and not only what the manifest lists.
#[test]
fn the_archive_has_these_files_and_no_others() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let list = ["package", "--list", "--allow-dirty", "--offline", "--package", "sync-map"];
    let output = std::process::Command::new(cargo).args(list).output().expect("cargo is here: it runs this");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let (source, others): (BTreeSet<&str>, BTreeSet<&str>) =
        text.lines().partition(|file| file.starts_with("src/"));
    let made_by_cargo = [".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml", "Cargo.toml.orig"];
    let of_ours = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];
    let wrong: Vec<&&str> =
        others.iter().filter(|file| !made_by_cargo.contains(file) && !of_ours.contains(file)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(of_ours.iter().all(|file| others.contains(file)), "{others:?}");
    let is_source = |file: &&str| file.ends_with(".rs") || file.ends_with("web.txt");
    assert!(source.len() > 60 && source.iter().all(is_source), "{source:?}");
}

/// The twins are the same source: they have the dependencies and the features of what is published, but for the epoch, and beside them the models.
#[test]
fn the_twins_have_the_same_dependencies_and_features() {
    for engine in ["loom", "shuttle"] {
        let twin = sections_of(&format!("verification/{engine}/Cargo.toml"));
        let mut expected = sections();
        let dependencies = expected.get_mut("dependencies").expect("dependencies");
        dependencies.remove("crossbeam-epoch");
        let model = format!("{{ version = \"0.1.0\", path = \"../model\", features = [\"{engine}\"] }}");
        dependencies.insert("sync-map-model".to_owned(), model);
        assert_eq!(twin["dependencies"], *dependencies, "{engine}");
        let features = expected.get_mut("features").expect("features");
        features.insert("default".to_owned(), format!("[\"{engine}\"]"));
        features.insert(engine.to_owned(), "[]".to_owned());
        assert_eq!(twin["features"], *features, "{engine}");
    }
}

/// The build with pauses is the same source with the same dependencies, beside them what pauses. What ships has no such code: its `Site` is a
/// constant (`an_ordering_is_a_constant` in `src/sync/site.rs` reads it as one), its mutex is `std`'s, and neither is named elsewhere.
#[test]
fn the_build_with_pauses_is_the_same_source_and_what_ships_has_no_pause() {
    let paused = sections_of("verification/paused/Cargo.toml");
    let mut expected = sections();
    let dependencies = expected.get_mut("dependencies").expect("dependencies");
    dependencies.insert("sync-map-pauses".to_owned(), "{ path = \"../pauses\" }".to_owned());
    assert_eq!(paused["dependencies"], *dependencies);
    let features = expected.get_mut("features").expect("features");
    features.insert("default".to_owned(), "[\"paused\"]".to_owned());
    features.insert("paused".to_owned(), "[]".to_owned());
    assert_eq!(paused["features"], *features);
    let source = std::fs::canonicalize("verification/paused/src").expect("a link");
    assert_eq!(source, std::fs::canonicalize("src").expect("src"), "it is the same folder");
    let site = std::fs::read_to_string("src/sync/site.rs").expect("the file that it replaces");
    assert!(
        site.contains("pub(crate) use std::sync::Mutex;") && site.contains("const fn get(&self) -> Ordering")
    );
    let others =
        ["src/sync/std.rs", "src/sync/site.rs", "src/sync/thread.rs", "src/epoch/std.rs", "src/epoch/mod.rs"];
    for file in others {
        let text = std::fs::read_to_string(file).expect("a file of the facade");
        assert!(!text.contains("sync_map_pauses") && !text.contains("\"paused\""), "{file}");
    }
}

/// cargo packages no file from outside a package's folder: the sources of the twins are links into this one.
#[test]
fn the_twins_have_the_sources_the_licences_and_a_readme() {
    let published: Vec<_> =
        std::fs::read_dir("src").expect("src").map(|entry| entry.expect("an entry").file_name()).collect();
    for package in ["loom", "shuttle", "model"].map(|name| Path::new("verification").join(name)) {
        for file in ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "src/lib.rs"] {
            assert!(package.join(file).exists(), "{}", package.join(file).display());
        }
        let is_twin = !package.ends_with("model");
        assert!(
            !is_twin || published.iter().all(|file| package.join("src").join(file).exists()),
            "{}",
            package.display()
        );
    }
    let version = &sections()["workspace.package"]["version"];
    assert_eq!(version, "\"0.1.0\"", "the twins ask for this version of sync-map-model");
}
