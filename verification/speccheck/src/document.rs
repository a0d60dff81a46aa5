//! The tables of `specs/README.md` and `docs/specs.md` that are made from `specs/expected.toml`.

use crate::expected::{Expected, Profile, folder};
use std::fmt::Write;
use std::path::PathBuf;

/// The documents that have such tables.
pub fn documents() -> [PathBuf; 2] {
    [folder().join("README.md"), folder().join("../docs/specs.md")]
}

/// What stands between `<!-- NAME -->` and `<!-- /NAME -->`.
pub fn tables(expected: &Expected) -> [(&'static str, String); 2] {
    let mut configurations =
        String::from("| configuration | module | profile | states | covers |\n|---|---|---|---|---|\n");
    for c in &expected.configuration {
        let profile = if c.profile == Profile::Quick { "quick" } else { "full" };
        let _ = writeln!(
            configurations,
            "| {} | {} | {profile} | {} | {} |",
            c.name, c.module, c.states, c.about
        );
    }
    let mut bugs =
        String::from("| seeded bug | module | caught by | steps | what is broken |\n|---|---|---|---|---|\n");
    for bug in &expected.bug {
        let _ = writeln!(
            bugs,
            "| {} | {} | {} | {} | {} |",
            bug.name, bug.module, bug.property, bug.steps, bug.about
        );
    }
    [("configurations", configurations), ("bugs", bugs)]
}

/// The text with its tables renewed.
pub fn filled(text: &str, expected: &Expected) -> String {
    let mut text = text.to_owned();
    for (name, table) in tables(expected) {
        let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
        if let (Some(from), Some(to)) = (text.find(&begin), text.find(&end)) {
            text.replace_range(from + begin.len()..to, &format!("\n{table}\n"));
        }
    }
    text
}

/// Documents whose tables are not those of `specs/expected.toml`.
///
/// # Errors
/// That a document cannot be read.
pub fn stale(expected: &Expected) -> Result<Vec<String>, String> {
    let mut stale = Vec::new();
    for path in documents() {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if filled(&text, expected) != text {
            stale.push(format!(
                "{}: the tables are old; renew them by `cargo verify specs --write`",
                path.display()
            ));
        }
    }
    Ok(stale)
}

/// Renews the tables.
///
/// # Errors
/// That a document cannot be read or written.
pub fn write(expected: &Expected) -> Result<(), String> {
    for path in documents() {
        let error = |error: std::io::Error| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(&path).map_err(error)?;
        let mut file = tempfile::NamedTempFile::new_in(folder()).map_err(error)?;
        std::io::Write::write_all(&mut file, filled(&text, expected).as_bytes()).map_err(error)?;
        file.persist(&path).map_err(|persist| error(persist.error))?;
    }
    Ok(())
}
