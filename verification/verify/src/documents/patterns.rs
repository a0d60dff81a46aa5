//! The pages of the book that say what came of the families of the patterns: filled in from the certificates by a
//! command, compared by a test.

use super::region;
use runner::families::FamilyReport;
use std::path::Path;

/// The pages, in `docs/patterns/`, and the subjects of each.
pub const PAGES: [(&str, &[&str]); 4] = [
    ("cache.md", &["cache", "idlecache", "boundedcache"]),
    ("counters.md", &["counter", "countermap"]),
    ("registry.md", &["registry"]),
    ("config.md", &["config"]),
];

/// The region of a page.
const REGION: &str = "families";

const HEAD: &str = "| every program of | programs | start states | verdict | executions | outcomes | source |\n\
     |---|---:|---:|---|---|---:|---|";

/// Of a page without certificates.
const NONE: &str = "No certificate is kept: `cargo verify certify` makes one.";

fn row(family: &FamilyReport) -> String {
    let executions: Vec<String> =
        family.executions.iter().map(|(engine, sum)| format!("{engine} {sum}")).collect();
    format!(
        "| {} | {} | {} | `{}` | {} | {} | `{}` |",
        family.family,
        family.programs,
        family.starts,
        family.verdict,
        executions.join(", "),
        family.outcomes,
        family.source.get(..12).unwrap_or(&family.source),
    )
}

/// A page with the table of the certificates of its subjects between its marks.
///
/// # Errors
/// When the marks are missing.
pub fn fill_in(page: &str, subjects: &[&str], certificates: &[FamilyReport]) -> Result<String, String> {
    let rows: Vec<String> = certificates
        .iter()
        .filter(|family| subjects.contains(&family.family.subject.as_str()))
        .map(row)
        .collect();
    let table = match rows.as_slice() {
        [] => NONE.to_owned(),
        rows => format!("{HEAD}\n{}", rows.join("\n")),
    };
    region::write(page, REGION, &table)
}

/// The pages of this folder that do not say what the certificates say, each with its new text.
///
/// # Errors
/// A page that cannot be read or has no place for the table.
pub fn outdated(
    folder: &Path,
    certificates: &[FamilyReport],
) -> Result<Vec<(std::path::PathBuf, String)>, String> {
    let mut outdated = Vec::new();
    for (page, subjects) in PAGES {
        let path = folder.join(page);
        let place = |problem: String| format!("`{}`: {problem}", path.display());
        let old = std::fs::read_to_string(&path).map_err(|error| place(error.to_string()))?;
        let new = fill_in(&old, subjects, certificates).map_err(place)?;
        if new != old {
            outdated.push((path, new));
        }
    }
    Ok(outdated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificates::kept as readme;
    use crate::families;

    fn certificates() -> Vec<FamilyReport> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        readme::load(&root.join("docs/certificate")).unwrap()
    }

    #[test]
    fn a_page_says_what_the_certificates_of_its_subjects_say() {
        let certificates = certificates();
        let page = "before <!-- families:begin -->\nanything\n<!-- families:end --> after".to_owned();
        let filled = fill_in(&page, &["counter"], &certificates).unwrap();
        assert!(filled.starts_with("before ") && filled.ends_with(" after"), "{filled}");
        assert!(filled.contains("| counter 2x2 |") && !filled.contains("map"), "{filled}");
        assert_eq!(fill_in(&filled, &["counter"], &certificates).unwrap(), filled);
        assert!(fill_in("no marks", &["counter"], &certificates).unwrap_err().contains("is missing"));
        assert!(fill_in(&page, &["nothing"], &certificates).unwrap().contains(NONE));
    }

    /// The pages of the book.
    #[test]
    fn the_pages_agree_with_the_certificates() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let outdated = outdated(&root.join("docs/patterns"), &certificates()).unwrap();
        let names: Vec<_> = outdated.iter().map(|(path, _)| path).collect();
        assert!(names.is_empty(), "run `cargo verify certificate --write`: {names:?}");
    }

    /// A certificate of a whole family has all of its programs; their number is the one that the family has now. (A page without
    /// a certificate says so.)
    #[test]
    fn the_families_of_the_patterns_have_as_many_programs_as_their_certificates_say() {
        let certificates = certificates();
        for run in families::of_the_patterns() {
            let kept = certificates.iter().find(|kept| kept.family == run.family);
            let Some(kept) = kept else { continue };
            assert_eq!((kept.programs, kept.whole), (run.programs().len(), kept.programs), "{}", run.family);
        }
    }
}
