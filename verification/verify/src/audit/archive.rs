//! The pack as one archive, the same bytes for the same files.

use super::output::Made;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io;
use std::path::Path;

/// The folder in the archive.
const FOLDER: &str = "audit";

/// An archive `.tar.gz` of these files.
///
/// # Errors
/// When it cannot be made.
pub fn tar_gz(files: &Made) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        archive.append_data(&mut header, Path::new(FOLDER).join(name), content.as_slice())?;
    }
    archive.into_inner()?.finish()
}
