//! What the copy need not build: the packages that are not of this tree, as this program was built of them.
//!
//! The settings of the copy's profile are those of `verification/copy.toml`. cargo looks at each file that it finds, and builds what does not fit: too little costs time, and nothing else. Packages of the tree
//! itself are left out, for cargo would take those of the tree for those of the copy.

use super::folder::io;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A profile of cargo, and the folder of what is built with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Profile {
    pub(super) name: &'static str,
    pub(super) folder: &'static str,
}

/// What `cargo verify` is built with.
const VERIFY: Profile = Profile { name: "verify", folder: "verify" };

/// What `cargo test` builds.
const DEV: Profile = Profile { name: "dev", folder: "debug" };

/// The profile that this program was built with, and the folder of it. Where that is another one, or not known, the first is used.
pub(super) fn profile() -> (Profile, Option<PathBuf>) {
    let program = std::env::current_exe().ok();
    let folder = program.as_deref().and_then(Path::parent).map(|folder| match folder.ends_with("deps") {
        // A test, which cargo puts a folder deeper.
        true => folder.parent().unwrap_or(folder),
        false => folder,
    });
    let is = |profile: &&Profile| folder.is_some_and(|folder| folder.ends_with(profile.folder));
    match [VERIFY, DEV].iter().find(is) {
        Some(profile) => (*profile, folder.map(Path::to_owned)),
        None => (VERIFY, None),
    }
}

/// Copies what is built of foreign packages from one folder of a profile to another.
///
/// # Errors
/// When a file cannot be copied, or the list of packages not be read.
pub(super) fn plant(from: &Path, to: &Path, lock: &Path) -> Result<(), String> {
    let own = own_packages(&io(lock, std::fs::read_to_string(lock))?)?;
    for folder in ["deps", "build", ".fingerprint"] {
        let (from, to) = (from.join(folder), to.join(folder));
        let Ok(entries) = std::fs::read_dir(&from) else { continue };
        io(&to, std::fs::create_dir_all(&to))?;
        for entry in entries {
            let path = io(&from, entry)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if is_foreign(&name, &own) && (path.is_dir() || is_library(&path)) {
                copy(&path, &to.join(&name))?;
            }
        }
    }
    Ok(())
}

/// The packages of Cargo.lock that come from nowhere else.
fn own_packages(lock: &str) -> Result<BTreeSet<String>, String> {
    let lock: toml::Table = lock.parse().map_err(|error| format!("`Cargo.lock`: {error}"))?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let own = packages.into_iter().flatten().filter(|package| package.get("source").is_none());
    let names = own.filter_map(|package| package.get("name")?.as_str());
    Ok(names.map(|name| name.replace('-', "_")).collect())
}

/// Whether `libserde-0123.rlib` or `serde-0123` is of a package that is not of this tree.
fn is_foreign(file: &str, own: &BTreeSet<String>) -> bool {
    let name = file.rsplit_once('-').map_or(file, |(name, _)| name).replace('-', "_");
    !own.contains(&name) && !name.strip_prefix("lib").is_some_and(|name| own.contains(name))
}

/// Programs and tests are not needed.
fn is_library(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| ["rlib", "rmeta", "so", "dylib", "dll", "d"].contains(&extension))
}

/// Copies a file or a folder, each file with its time of change: by it cargo knows what is older than what.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    if from.is_dir() {
        io(to, std::fs::create_dir_all(to))?;
        for entry in io(from, std::fs::read_dir(from))? {
            let path = io(from, entry)?.path();
            copy(&path, &to.join(path.file_name().unwrap_or_default()))?;
        }
        return Ok(());
    }
    let time = io(from, from.metadata().and_then(|data| data.modified()))?;
    io(to, std::fs::copy(from, to))?;
    io(to, std::fs::File::options().write(true).open(to).and_then(|file| file.set_modified(time)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_this_tree_is_taken() {
        let lock = std::fs::read_to_string(crate::repository::root().join("Cargo.lock")).unwrap();
        let own = own_packages(&lock).unwrap();
        for file in [
            "libverify-01.rlib",
            "verify-01",
            "libsync_map-01.rmeta",
            "sync-map-01",
            "libsync_map_loom-01.d",
            "explore-01",
            "sync-map-test-support-01",
        ] {
            assert!(!is_foreign(file, &own), "{file}");
        }
        for file in
            ["libserde-01.rlib", "serde-01", "serde_json-01.d", "crossbeam-epoch-01", "libloom-01.rlib"]
        {
            assert!(is_foreign(file, &own), "{file}");
        }
    }

    #[test]
    fn libraries_are_taken_with_their_times_and_programs_are_not() {
        let place = tempfile::tempdir().unwrap();
        let (from, to, lock) =
            (place.path().join("from"), place.path().join("to"), place.path().join("Cargo.lock"));
        std::fs::write(
            &lock,
            "[[package]]\nname = \"mine\"\n[[package]]\nname = \"serde\"\nsource = \"x\"\n",
        )
        .unwrap();
        for file in ["deps/libserde-1.rlib", "deps/libmine-1.rlib", "deps/mine-2", ".fingerprint/serde-1/lib"]
        {
            let path = from.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, file).unwrap();
            let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
            std::fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        }
        plant(&from, &to, &lock).unwrap();
        let time = |file: &str| to.join(file).metadata().and_then(|data| data.modified());
        let old = from.join("deps/mine-2").metadata().unwrap().modified().unwrap();
        assert_eq!(time("deps/libserde-1.rlib").unwrap(), old);
        assert_eq!(time(".fingerprint/serde-1/lib").unwrap(), old);
        assert!(time("deps/libmine-1.rlib").is_err() && time("deps/mine-2").is_err());
    }
}
