//! The files of a report: `report.html`, `report.json`, `junit.xml`, and for each failure a `failure-*.json` and its page.
//!
//! Each is there whole, or not at all (see [`write_file`](crate::write_file)).

use super::data::Report;
use super::{junit, page};
use crate::explain;
use crate::write_file::write_whole;
use std::io;
use std::path::{Path, PathBuf};

impl Report {
    /// Writes all files into the folder, which is made if it is not there. Returns the failure files.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let paths = self.write_failures(folder)?;
        write_whole(&folder.join("report.json"), serde_json::to_string_pretty(self)?.as_bytes())?;
        write_whole(&folder.join("junit.xml"), junit::text(self)?.as_bytes())?;
        write_whole(&folder.join("report.html"), page::page(self).as_bytes())?;
        Ok(paths)
    }

    /// Writes a file and a page for each failure into the folder, and nothing else. Returns the files.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write_failures(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        std::fs::create_dir_all(folder)?;
        // Failures of an earlier run are no failures of this one.
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with("failure-") && [".json", ".html"].iter().any(|end| name.ends_with(end)) {
                std::fs::remove_file(path)?;
            }
        }
        let mut paths = Vec::new();
        for (number, failure) in self.failures.iter().enumerate() {
            let name = page::file_name(number, failure);
            let path = folder.join(format!("{name}.json"));
            write_whole(&path, serde_json::to_string_pretty(failure)?.as_bytes())?;
            let page = explain::page_of(failure, explain::NO_SOURCE, &path.display().to_string());
            write_whole(&folder.join(format!("{name}.html")), page.as_bytes())?;
            paths.push(path);
        }
        Ok(paths)
    }
}
