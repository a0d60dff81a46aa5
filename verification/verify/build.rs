//! Puts the text of the sources into the binary: what a certificate holds for is what the binary was built from, whatever
//! becomes of the files later.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the workspace can be read") {
        let path = entry.expect("an entry of a folder").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn main() {
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let root = package.ancestors().nth(2).expect("verification/verify/ is in the workspace");
    // How what checks is built: each counts, for every subject.
    let build = [
        ".cargo/config.toml",
        "verification/loom/Cargo.toml",
        "verification/shuttle/Cargo.toml",
        "verification/model/Cargo.toml",
        "verification/linear/Cargo.toml",
        "verification/explore/Cargo.toml",
        "verification/runner/Cargo.toml",
        "verification/subjects/Cargo.toml",
        "verification/verify/Cargo.toml",
        "verification/verify/build.rs",
    ];
    let mut files: Vec<PathBuf> =
        ["Cargo.lock", "Cargo.toml"].iter().chain(&build).map(|name| root.join(name)).collect();
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    for folder in [
        "src",
        "verification/model/src",
        "verification/linear/src",
        "verification/explore/src",
        "verification/runner/src",
        "verification/subjects/src",
        "verification/verify/src",
    ] {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
        rust_files(&root.join(folder), &mut files);
    }
    files.sort();
    let mut table = String::from("pub(super) static FILES: &[(&str, &str)] = &[\n");
    for file in files {
        let name = file.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
        writeln!(table, "    ({name:?}, include_str!({:?})),", file.display()).expect("a string takes all");
    }
    table.push_str("];\n");
    writeln!(table, "pub(super) static BUILD: &[&str] = &{build:?};").expect("a string takes all");
    let rustc = env::var("RUSTC").expect("set by cargo");
    let version = std::process::Command::new(rustc).arg("--version").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    writeln!(table, "pub(super) static RUSTC: &str = {:?};", version.unwrap_or_default())
        .expect("a string takes all");
    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo")).join("sources.rs");
    fs::write(out, table).expect("the build folder can be written");
}
