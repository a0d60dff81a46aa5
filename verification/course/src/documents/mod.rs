//! What a command writes into the pages of the course, and the slides: so that no execution on a page is typed.
//!
//! | file | is |
//! |---|---|
//! | `regions` | the marked regions of a page: executions, outcomes, tables of labs |
//! | `slides` | a page of slides for each unit, made of its chapter and its labs |

mod regions;
mod slides;

use crate::host::Host;
use crate::lab::Lab;
use crate::places::{names_in, read};
use runner::say;
use runner::write_file::write_whole;
use std::path::{Path, PathBuf};

/// Where the pages are, from the root.
const PAGES: &str = "docs/course";

/// All that is generated: each file, with what it should be.
///
/// # Errors
/// When a page cannot be read, or asks for something that is not there.
fn generated(labs: &[Lab], host: &dyn Host) -> Result<Vec<(PathBuf, String)>, String> {
    let folder = host.root().join(PAGES);
    let mut all = Vec::new();
    for name in names_in(&folder).into_iter().filter(|name| name.ends_with(".md")) {
        let path = folder.join(&name);
        let text =
            regions::filled(&read(&path)?, labs, host).map_err(|error| format!("{PAGES}/{name}: {error}"))?;
        all.push((path, text));
    }
    let pages = all.clone();
    for unit in slides::units(labs) {
        let chapter = pages.iter().find(|(path, _)| slides::is_chapter(path, unit));
        let chapter = chapter.map(|(_, text)| text.as_str()).unwrap_or_default();
        all.push((folder.join(format!("slides/unit-{unit}.html")), slides::page(unit, chapter, labs)?));
    }
    Ok(all)
}

/// Writes all that is generated.
///
/// # Errors
/// When something cannot be made or written.
pub(crate) fn write(labs: &[Lab], host: &dyn Host) -> Result<u8, String> {
    for (path, text) in generated(labs, host)? {
        if read(&path).ok().as_ref() != Some(&text) {
            let folder = path.parent().unwrap_or(Path::new("."));
            let written = std::fs::create_dir_all(folder).and_then(|()| write_whole(&path, text.as_bytes()));
            written.map_err(|error| format!("`{}` cannot be written: {error}", path.display()))?;
            say!("{}", path.display());
        }
    }
    Ok(0)
}

/// The pages that are not as they would be written.
///
/// # Errors
/// When something cannot be made.
pub(crate) fn stale(labs: &[Lab], host: &dyn Host) -> Result<Vec<String>, String> {
    let all = generated(labs, host)?;
    let stale = all.into_iter().filter(|(path, text)| read(path).ok().as_ref() != Some(text));
    Ok(stale
        .map(|(path, _)| format!("`{}` is stale: `cargo verify lab dev write` writes it", path.display()))
        .collect())
}
