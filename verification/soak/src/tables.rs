//! The table of broken variants on the page about soak.

use crate::output::write_file;
use crate::region;
use crate::variants::{NOTED, noted, titles};
use std::collections::BTreeMap;
use std::path::Path;

/// The page.
const PAGE: &str = "docs/soak.md";

/// Why variants are not seen, by hand.
const REASONS: &str = "verification/soak.toml";

fn reasons(root: &Path) -> Result<BTreeMap<String, String>, String> {
    let path = root.join(REASONS);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("`{}`: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("`{}`: {error}", path.display()))
}

/// The table: what was found of each variant of the gallery, or why nothing was.
///
/// # Errors
/// Variants of which nothing is noted, and those that are not seen and have no reason, or are seen and have one.
pub fn table(root: &Path) -> Result<String, String> {
    let (noted, reasons, titles) = (noted(root)?, reasons(root)?, titles(root)?);
    let mut wrong = Vec::new();
    let mut rows = Vec::new();
    let (mut seen, mut tried) = (0, 0);
    for (id, title) in &titles {
        let reason = reasons.get(id);
        let row = match noted.get(id) {
            None => {
                wrong.push(format!("{NOTED} has nothing of `{id}`: `cargo verify soak variants {id}`"));
                continue;
            }
            Some(it) => {
                tried += 1;
                seen += usize::from(it.seen.is_some());
                match (&it.seen, &it.under, reason) {
                    (Some(_), _, Some(_)) => {
                        wrong.push(format!("{REASONS}: `{id}` is seen"));
                        continue;
                    }
                    (Some(kind), under, None) => {
                        let under = under.as_deref().unwrap_or_default();
                        format!("**{kind}** after {:.1} s: {under}", it.seconds)
                    }
                    (None, _, Some(reason)) => format!("not seen in {:.0} s: {reason}", it.seconds),
                    (None, _, None) => {
                        wrong.push(format!("{REASONS}: say why `{id}` is not seen"));
                        continue;
                    }
                }
            }
        };
        rows.push(format!("| [{id}](gallery.md#{id}) | {title} | {row} |"));
    }
    let gone = noted.keys().chain(reasons.keys()).filter(|id| !titles.contains_key(*id));
    wrong.extend(gone.map(|id| format!("`{id}` is not in the gallery")));
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    let head =
        format!("{seen} of {tried} are seen.\n\n| variant | what is wrong | under load |\n|---|---|---|");
    Ok(format!("{head}\n{}", rows.join("\n")))
}

/// The page with its table.
///
/// # Errors
/// As for `table`, or when it cannot be read.
pub fn page(root: &Path) -> Result<String, String> {
    let path = root.join(PAGE);
    let page = std::fs::read_to_string(&path).map_err(|error| format!("`{}`: {error}", path.display()))?;
    region::write(&page, "soak-variants", &table(root)?)
}

/// Writes it.
///
/// # Errors
/// As for `page`, or when it cannot be written.
pub fn write(root: &Path) -> Result<(), String> {
    write_file(&root.join(PAGE), &page(root)?)
}
