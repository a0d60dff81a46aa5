//! A number that changes when a specification does, and not when its comments do.
//!
//! Compiled in `verify` and in `speccheck`.

use std::path::Path;

/// The modules that `Edges.tla` is made of.
const MODULES: [&str; 6] = ["SequentialMap", "Linearizability", "MapState", "AtomicMap", "SyncMap", "Edges"];

/// The fingerprint of `Edges.tla` with one of its configurations.
///
/// # Errors
/// The file that cannot be read.
pub fn of_edges(specs: &Path, configuration: &str) -> Result<String, String> {
    let modules = MODULES.map(|module| format!("{module}.tla"));
    let files = modules.into_iter().chain([format!("edges/{configuration}.cfg")]);
    let mut text = String::new();
    for file in files {
        let path = specs.join(file);
        text += &std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    // FNV-1a: no secret is kept, and the number must be the same everywhere.
    let hash = without_comments(&text)
        .split_whitespace()
        .flat_map(|word| word.bytes().chain([b' ']))
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    Ok(format!("{hash:016x}"))
}

/// The text without `\* …` and `(* … *)`, which nest.
fn without_comments(text: &str) -> String {
    let (mut rest, mut depth, mut kept) = (text, 0_usize, String::new());
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("(*") {
            depth += 1;
            rest = &rest[2..];
        } else if depth > 0 && rest.starts_with("*)") {
            depth -= 1;
            rest = &rest[2..];
        } else if depth == 0 && rest.starts_with("\\*") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else {
            if depth == 0 {
                kept.push(c);
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    kept
}
