//! Certificates that are kept, and what `docs/what-was-checked.md` says of them: filled in by a command, compared by a test.

use super::source::SOURCE;
use crate::documents::region;
use linear::Level;
use runner::families::FamilyReport;
use runner::report::KeptCertificate;
use runner::source::Source;
use runner::write_file::write_whole;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// The region of the document.
const REGION: &str = "certificate";

/// What a row says of a certificate of the source that it stands beside.
const CURRENT: &str = "this source";
const EARLIER: &str = "an earlier source";

/// The certificates of a folder, by the names of their files.
///
/// # Errors
/// When the folder or a file cannot be read, or a file is no certificate.
pub fn load(folder: &Path) -> io::Result<Vec<FamilyReport>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path)?;
        serde_json::from_str(&text)
            .map_err(|error| io::Error::other(format!("`{}` is not a certificate: {error}", path.display())))
    };
    files.into_iter().map(read).collect()
}

/// Keeps a certificate, if it is whole: returns its file.
///
/// # Errors
/// When not all of the family is through, or the file cannot be written.
pub fn keep(folder: &Path, family: &FamilyReport) -> io::Result<PathBuf> {
    if !matches!(family.verdict, Level::Complete | Level::Bounded(_)) || !family.unfinished.is_empty() {
        return Err(io::Error::other(format!(
            "{} is {}, and only a whole run that passed is kept",
            family.family, family.verdict
        )));
    }
    std::fs::create_dir_all(folder)?;
    let path = folder.join(format!("{}.json", family.id()));
    let mut text = serde_json::to_string_pretty(family)?;
    text.push('\n');
    write_whole(&path, text.as_bytes())?;
    Ok(path)
}

fn row(family: &FamilyReport, is_current: bool) -> String {
    let executions: Vec<String> =
        family.executions.iter().map(|(engine, sum)| format!("{engine} {sum}")).collect();
    let verdict = match family.verdict {
        Level::Bounded(bound) => format!("`BOUNDED({bound})` under loom, `COMPLETE` under shuttle"),
        verdict => format!("`{verdict}`"),
    };
    let reached = family.steps.iter().filter(|step| step.programs > 0).count();
    format!(
        "| {} | {} | {} | {verdict} | {} | {} | {reached} of {} | `{}`, {} |",
        family.family,
        family.programs,
        family.starts,
        executions.join(", "),
        family.outcomes,
        family.steps.len(),
        family.source.get(..12).unwrap_or(&family.source),
        if is_current { CURRENT } else { EARLIER },
    )
}

const HEAD: &str = "| every program of | programs | start states | verdict | executions | outcomes | steps taken | holds for |\n\
     |---|---:|---:|---|---|---:|---:|---|";

/// Whether a certificate is of the source that this binary was built from.
pub fn is_current(family: &FamilyReport) -> bool {
    SOURCE.fingerprint(&family.family.subject) == family.source
}

/// The certificates of a folder that are of these subjects, as a report lists them.
///
/// # Errors
/// As [`load`].
pub fn listed(folder: &Path, subjects: &BTreeSet<&str>) -> io::Result<Vec<KeptCertificate>> {
    let kept = load(folder)?.into_iter();
    let of_them = kept.filter(|certificate| subjects.contains(certificate.family.subject.as_str()));
    let listed = |certificate: FamilyReport| KeptCertificate {
        family: certificate.family.to_string(),
        verdict: certificate.verdict,
        programs: certificate.programs,
        executions: certificate.executions.iter().map(|(_, sum)| sum).sum(),
        file: format!("docs/certificate/{}.json", certificate.id()),
        is_current: is_current(&certificate),
        command: certificate.command,
    };
    Ok(of_them.map(listed).collect())
}

/// The table of these certificates.
pub fn table(certificates: &[FamilyReport]) -> String {
    let rows = certificates.iter().map(|family| row(family, is_current(family)));
    [HEAD.to_owned()].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}

/// The document with the table between its marks.
///
/// # Errors
/// When the marks are missing.
pub fn insert(document: &str, certificates: &[FamilyReport]) -> Result<String, String> {
    region::write(document, REGION, &table(certificates))
}

/// Where the document says something else than the certificates, or claims of one of an earlier source that it is of this one. A
/// document may be modest: a row that says `an earlier source` is no claim.
pub fn disagreements(document: &str, certificates: &[FamilyReport]) -> Vec<String> {
    let part = match region::read(document, REGION) {
        Ok(part) => part,
        Err(problem) => return vec![problem],
    };
    let rows: Vec<&str> = part.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    let mut problems = Vec::new();
    for family in certificates {
        if rows.contains(&row(family, true).as_str()) {
            if !is_current(family) {
                problems.push(format!(
                    "{}: the certificate is of another source, and the document says it is of this one",
                    family.family
                ));
            }
        } else if !rows.contains(&row(family, false).as_str()) {
            problems.push(format!("{}: the document lacks the figures of its certificate", family.family));
        }
    }
    let expected = |line: &&str| {
        certificates
            .iter()
            .any(|family| [true, false].map(|now| row(family, now)).contains(&(**line).to_owned()))
    };
    problems.extend(
        rows.iter().filter(|line| !expected(line)).map(|line| format!("no certificate says: {line}")),
    );
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use runner::families::Family;
    use runner::families::FamilyRun;

    fn certificate() -> FamilyReport {
        crate::subjects::install();
        let family = Family::new("counter", "2x1".parse().unwrap(), None).unwrap();
        let programs = runner::families::programs(&family).into_iter().enumerate().collect::<Vec<_>>();
        let mut report = FamilyReport::new(&FamilyRun::new(family), &programs, &SOURCE);
        (report.whole, report.verdict, report.outcomes) = (report.programs, Level::Complete, 18);
        report
    }

    fn document(certificates: &[FamilyReport]) -> String {
        insert("before <!-- certificate:begin --><!-- certificate:end --> after", certificates).unwrap()
    }

    #[test]
    fn a_document_agrees_with_what_was_inserted_and_with_nothing_else() {
        let family = certificate();
        let text = document(std::slice::from_ref(&family));
        assert!(text.contains(CURRENT) && disagreements(&text, std::slice::from_ref(&family)).is_empty());
        assert_eq!(
            insert(&text, std::slice::from_ref(&family)).unwrap(),
            text,
            "inserting twice changes nothing"
        );
        let mut other = family.clone();
        other.outcomes = 19;
        assert_eq!(disagreements(&text, &[other]).len(), 2, "another figure, and a row of no certificate");
        assert_eq!(disagreements(&text, &[]).len(), 1);
        assert_eq!(disagreements("no marks", &[family]).len(), 1);
    }

    #[test]
    fn a_certificate_of_another_source_must_not_claim_to_be_of_this_one() {
        let family = certificate();
        let mut earlier = family.clone();
        earlier.source = "0".repeat(64);
        let honest = document(std::slice::from_ref(&earlier));
        assert!(
            honest.contains(EARLIER) && disagreements(&honest, std::slice::from_ref(&earlier)).is_empty()
        );
        let claim = honest.replace(EARLIER, CURRENT);
        assert!(disagreements(&claim, &[earlier])[0].contains("another source"));
        let modest = document(std::slice::from_ref(&family)).replace(CURRENT, EARLIER);
        assert!(disagreements(&modest, &[family]).is_empty());
    }

    #[test]
    fn what_is_not_whole_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let family = certificate();
        let path = keep(folder.path(), &family).unwrap();
        assert_eq!(path.file_name().unwrap(), "counter-2x1.json");
        let loaded = load(folder.path()).unwrap();
        assert_eq!(table(&loaded), table(std::slice::from_ref(&family)));
        let mut cut_short = family;
        cut_short.verdict = Level::Truncated;
        assert!(keep(folder.path(), &cut_short).is_err());
    }
}
