//! In the std build the facade costs nothing: what goes through it is compiled to the same instructions as what does not.

use std::path::Path;
use std::process::Command;

/// The instructions of a function: its lines up to the end mark, without directives and names of labels.
fn body(assembly: &str, name: &str) -> Option<Vec<String>> {
    let start = assembly.lines().position(|line| line.trim_end() == format!("{name}:"))?;
    let lines = assembly.lines().skip(start + 1).map(str::trim);
    let lines = lines.take_while(|line| !line.starts_with(".size") && !line.starts_with(".Lfunc_end"));
    let code = lines.filter(|line| !line.starts_with('.') && !line.starts_with('#') && !line.is_empty());
    Some(code.map(str::to_owned).collect())
}

/// Functions of the same code may have been merged into one with several names: the name under which it stands.
fn resolve<'a>(assembly: &'a str, name: &'a str) -> &'a str {
    let alias = assembly.lines().find_map(|line| {
        let words: Vec<&str> = line.split([' ', '\t', ',', '=']).filter(|word| !word.is_empty()).collect();
        words.iter().rev().nth(1).filter(|other| **other == name && line.contains(['=', ',']))?;
        words.last().copied().filter(|target| target.starts_with("facade_") || target.starts_with("plain_"))
    });
    alias.unwrap_or(name)
}

/// Copies a file, or a folder with its files, into another folder.
fn copy(from: &Path, to: &Path) {
    let to = to.join(from.file_name().unwrap());
    if from.is_dir() {
        std::fs::create_dir_all(&to).unwrap();
        std::fs::read_dir(from).unwrap().for_each(|entry| copy(&entry.unwrap().path(), &to));
    } else {
        std::fs::copy(from, to).unwrap();
    }
}

#[test]
fn an_access_through_the_facade_is_the_same_code_as_a_plain_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::temp_dir().join(format!("sync-map-facade-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    // A crate of the facade, its orderings and the probe alone: it needs no other crate.
    for file in ["src/orderings.rs", "src/sync", "tests/facade_cost/probe.rs"] {
        copy(&root.join(file), &folder);
    }
    let assembly = folder.join("probe.s");
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let output = Command::new(rustc)
        .args(["--edition", "2024", "--crate-type", "lib", "--crate-name", "probe", "-Copt-level=3"])
        .args(["-Cdebug-assertions=off", "-Ccodegen-units=1", "--cap-lints=allow", "--emit", "asm", "-o"])
        .arg(&assembly)
        .arg(folder.join("probe.rs"))
        .output()
        .expect("rustc runs: it has just compiled this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(&assembly).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();

    for access in ["load", "relaxed", "add", "or", "and", "swap"] {
        let facade =
            body(&text, resolve(&text, &format!("facade_{access}"))).expect("a function of the probe");
        let plain = body(&text, resolve(&text, &format!("plain_{access}"))).expect("a function of the probe");
        assert!(!plain.is_empty(), "{access}: no instructions were found");
        assert_eq!(facade, plain, "{access}");
    }
}
