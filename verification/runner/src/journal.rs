//! The journal of a run of a family: what each program that is through has given, a line each, so that a run that was
//! interrupted, or killed, can go on.
//!
//! The first line says what the run is; a run goes on only if it is the same: the same source, engines, bound and budget.

use crate::families::FamilyReport;
use crate::task::ProgramResult;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What a journal is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    /// Each field by its name, as text.
    run: BTreeMap<String, String>,
}

impl Header {
    fn of(family: &FamilyReport, budget: &str) -> Header {
        let engines: Vec<&str> = family.executions.iter().map(|(engine, _)| engine.as_str()).collect();
        let fields = [
            ("family", family.family.to_string()),
            ("programs", family.programs.to_string()),
            ("engines", engines.join(", ")),
            ("bound", family.bound.map_or_else(|| "none".to_owned(), |bound| bound.to_string())),
            ("budget", budget.to_owned()),
            ("source", family.source.clone()),
            ("versions", family.versions.join(", ")),
        ];
        Header { run: fields.map(|(name, value)| (name.to_owned(), value)).into() }
    }
}

/// The journal of one family.
#[derive(Debug)]
pub struct Journal {
    file: BufWriter<File>,
}

/// Where the journal of a family is, in the folder of its report.
fn path(folder: &Path, family: &FamilyReport) -> PathBuf {
    folder.join(format!("journal-{}.jsonl", family.id()))
}

impl Journal {
    /// A journal that begins.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(folder: &Path, family: &FamilyReport, budget: &str) -> io::Result<Journal> {
        let mut journal = Journal { file: BufWriter::new(File::create(path(folder, family))?) };
        journal.line(&Header::of(family, budget))?;
        Ok(journal)
    }

    /// A journal that goes on, and what it has.
    ///
    /// # Errors
    /// When there is none, or it is of another run: what differs.
    pub fn go_on(
        folder: &Path,
        family: &FamilyReport,
        budget: &str,
    ) -> Result<(Journal, Vec<ProgramResult>), String> {
        let path = path(folder, family);
        let show = path.display();
        let text = std::fs::read_to_string(&path).map_err(|error| {
            format!("there is no interrupted run to resume: `{show}` cannot be read: {error}")
        })?;
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let header: Header = serde_json::from_str(first)
            .map_err(|error| format!("`{show}` is not a journal of a run: {error}"))?;
        let expected = Header::of(family, budget);
        let differs = expected.run.iter().find(|(name, value)| header.run.get(*name) != Some(value));
        if let Some((name, value)) = differs {
            let was = header.run.get(name).map_or("missing", String::as_str);
            return Err(format!(
                "`{show}` is the journal of another run: its {name} is {was}, and now it is {value}. Start again with --report"
            ));
        }
        // The last line may be torn: the run was killed while it wrote it. What is not whole was not run.
        let whole = rest.rfind('\n').map_or("", |end| &rest[..end]);
        let lines = whole.lines().enumerate().map(|(number, line)| {
            serde_json::from_str::<ProgramResult>(line)
                .map_err(|error| format!("`{show}`, line {}: {error}", number + 2))
        });
        let results: Vec<ProgramResult> = lines.collect::<Result<_, _>>()?;
        // Without the torn line.
        let kept = format!("{first}\n{whole}{}", if whole.is_empty() { "" } else { "\n" });
        let file = crate::write_file::write_whole(&path, kept.as_bytes())
            .and_then(|()| File::options().append(true).open(&path))
            .map_err(|error| format!("`{show}` cannot be written: {error}"))?;
        Ok((Journal { file: BufWriter::new(file) }, results))
    }

    fn line(&mut self, line: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, line)?;
        self.file.write_all(b"\n")?;
        self.file.flush()
    }

    /// Notes a program that is through.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note(&mut self, result: &ProgramResult) -> io::Result<()> {
        self.line(result)
    }
}
