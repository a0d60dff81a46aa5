//! What the crate and the suite are made of, as CycloneDX 1.5: read from `Cargo.lock`.

use super::files::Files;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Clone, Deserialize)]
struct Package {
    name: String,
    version: String,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    checksum: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Package {
    fn reference(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version)
    }
}

/// The names of the dependencies that a manifest lists for users, optional ones too.
fn direct(manifest: &str) -> Result<BTreeSet<String>, String> {
    let table: toml::Table = toml::from_str(manifest).map_err(|error| format!("`Cargo.toml`: {error}"))?;
    let listed = table.get("dependencies").and_then(toml::Value::as_table);
    Ok(listed.into_iter().flat_map(toml::map::Map::keys).cloned().collect())
}

/// The bill of materials of the published crate (with all of its features), or of the whole workspace.
///
/// # Errors
/// When the lock file or the manifest cannot be read.
pub(super) fn of(files: &Files, whole: bool) -> Result<Value, String> {
    let lock: Lock =
        toml::from_str(files.need("Cargo.lock")?).map_err(|error| format!("`Cargo.lock`: {error}"))?;
    let mut named: BTreeMap<String, &Package> = BTreeMap::new();
    for package in &lock.package {
        named.insert(package.name.clone(), package);
        named.insert(format!("{} {}", package.name, package.version), package);
    }
    let root = named.get("sync-map").ok_or("`Cargo.lock` has no sync-map")?;
    let own = direct(files.need("Cargo.toml")?)?;
    let is_own = |name: &String| own.contains(name.split(' ').next().unwrap_or(name));
    let mut open: Vec<String> = match whole {
        true => lock.package.iter().map(|package| format!("{} {}", package.name, package.version)).collect(),
        false => root.dependencies.iter().filter(|name| is_own(name)).cloned().collect(),
    };
    let mut found: BTreeMap<String, &Package> = BTreeMap::new();
    while let Some(name) = open.pop() {
        let Some(package) = named.get(&name) else { continue };
        if found.insert(package.reference(), package).is_none() && !whole {
            open.extend(package.dependencies.iter().cloned());
        }
    }
    let component = |package: &Package| {
        let mut component = json!({
            "type": "library", "name": package.name, "version": package.version,
            "purl": package.reference(), "bom-ref": package.reference(),
        });
        if let Some(checksum) = &package.checksum {
            component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
        }
        if package.source.is_none() {
            component["description"] = json!("of this repository");
        }
        component
    };
    let depends = |package: &Package, all: bool| {
        let names = package.dependencies.iter().filter(|name| all || is_own(name));
        let on: Vec<String> =
            names.filter_map(|name| named.get(name)).map(|package| package.reference()).collect();
        json!({ "ref": package.reference(), "dependsOn": on })
    };
    let others = found.values().filter(|package| package.name != "sync-map");
    let mut dependencies = vec![depends(root, whole)];
    dependencies.extend(others.clone().map(|package| depends(package, true)));
    Ok(json!({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": { "component": component(root) },
        "components": others.map(|package| component(package)).collect::<Vec<_>>(),
        "dependencies": dependencies,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_has_what_its_manifest_lists_and_what_that_needs() {
        let files = Files::read(&crate::repository::root()).unwrap();
        let names = |whole: bool| -> BTreeSet<String> {
            let bill = of(&files, whole).unwrap();
            let components = bill["components"].as_array().unwrap();
            components.iter().map(|component| component["name"].as_str().unwrap().to_owned()).collect()
        };
        let own = names(false);
        for name in ["crossbeam-epoch", "hashbrown", "equivalent", "serde", "toml"] {
            assert!(own.contains(name), "{name}: {own:?}");
        }
        for name in ["loom", "shuttle", "proptest", "trybuild"] {
            assert!(!own.contains(name) && names(true).contains(name), "{name}");
        }
    }
}
