//! The marked regions of a page: `<!-- course: WHAT ~ … -->`, what a command has written, `<!-- end -->`.
//!
//! | what | is |
//! |---|---|
//! | `draws ~ SUBJECT ~ PROGRAM ~ OUTCOME` | an execution with this outcome; the failure, if the outcome is `fails` |
//! | `outcomes ~ SUBJECT ~ PROGRAM` | all outcomes |
//! | `litmus ~ PROGRAM`, `litmus ~ PROGRAM ~ OUTCOME` | what `cargo verify litmus` says of a litmus test, or of one outcome |
//! | `labs ~ UNIT` | the labs of a unit |
//! | `plan` | all units: how many labs, minutes and points |

use crate::exploring::{BOTH, drawn, example, explore};
use crate::host::Host;
use crate::lab::{Lab, unit_title};
use crate::shown::in_a_terminal;
use linear::Program;
use litmus::compare::compare;
use litmus::told;

const BEGIN: &str = "<!-- course: ";
const END: &str = "<!-- end -->";

/// The page with its regions filled.
///
/// # Errors
/// A region that has no end, or asks for something that is not there.
pub(super) fn filled(text: &str, labs: &[Lab], host: &dyn Host) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(BEGIN) {
        let (before, from) = rest.split_at(at);
        let (head, after) = from.split_once(" -->").ok_or("a region has no `-->`")?;
        let (_, after) = after.split_once(END).ok_or_else(|| format!("`{head}` has no `{END}`"))?;
        let asked: Vec<&str> = head[BEGIN.len()..].split(" ~ ").map(str::trim).collect();
        let filled = region(&asked, labs, host).map_err(|error| format!("`{head} -->`: {error}"))?;
        out.push_str(&format!("{before}{head} -->\n{filled}{END}"));
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// What is in a region.
fn region(asked: &[&str], labs: &[Lab], host: &dyn Host) -> Result<String, String> {
    match asked {
        ["draws", subject, program, outcome] => draws(&parsed(subject, program, host)?, outcome, host),
        ["outcomes", subject, program] => {
            let program = parsed(subject, program, host)?;
            let found = explore(&program, &BOTH, host);
            if let Some(wrong) = found.incomplete() {
                return Err(wrong.sentence);
            }
            let rows: Vec<String> =
                found.outcomes().into_iter().map(|outcome| format!("  {outcome}\n")).collect();
            Ok(format!("```text\n{program}\n\n{}```\n", rows.concat()))
        }
        ["litmus", program, show @ ..] => {
            let program: litmus::program::Program = program.parse()?;
            let (asked, told) = match show {
                [show] => {
                    let told = told::one(&program, show)?;
                    (format!(" --show '{show}'"), told.iter().flat_map(|line| in_a_terminal(line)).collect())
                }
                _ => (String::new(), told::both(&program, &compare(&program)?)),
            };
            Ok(format!("```text\n$ cargo verify litmus '{program}'{asked}\n{}\n```\n", told.join("\n")))
        }
        ["labs", unit] => {
            let unit = unit.parse().map_err(|_| format!("`{unit}` is not a unit"))?;
            Ok(table_of_labs(labs, unit))
        }
        ["plan"] => Ok(plan(labs)),
        _ => Err("this is not a region that can be filled".to_owned()),
    }
}

fn parsed(subject: &str, program: &str, host: &dyn Host) -> Result<Program, String> {
    let subject = host.subject(subject).ok_or_else(|| format!("`{subject}` is not a subject"))?;
    Program::parse(subject, program).map_err(|error| error.to_string())
}

/// An execution, drawn.
fn draws(program: &Program, outcome: &str, host: &dyn Host) -> Result<String, String> {
    let text = if outcome == "fails" {
        let found = explore(program, &BOTH, host);
        found.failure().ok_or("it does not fail")?.drawn
    } else {
        let seen = example(program, outcome, &BOTH, host);
        let seen = seen.ok_or_else(|| format!("no execution has the outcome `{outcome}`"))?;
        format!("{program}   →   {outcome}\n\n{}", drawn(program, &seen))
    };
    // How long something took, and where, is another thing each time.
    let timeless =
        text.lines().filter(|line| !line.trim_start().starts_with("smaller ") && !is_continued(line, &text));
    let lines: Vec<&str> = timeless.map(str::trim_end).collect();
    Ok(format!("```text\n{}\n```\n", lines.join("\n").trim_end()))
}

/// A line that goes on with how a failure was made smaller.
fn is_continued(line: &str, text: &str) -> bool {
    let mut lines = text.lines().skip_while(|line| !line.trim_start().starts_with("smaller ")).skip(1);
    lines
        .by_ref()
        .take_while(|next| next.starts_with("            ") && !next.trim().is_empty())
        .any(|next| next == line)
}

fn table_of_labs(labs: &[Lab], unit: u32) -> String {
    let own = labs.iter().filter(|lab| lab.sheet.unit == unit);
    let rows = own.map(|lab| {
        let link = format!("../../verification/labs/{}/lab.md", lab.name);
        format!(
            "| {} | [{}]({link}) | {} | {} |\n",
            lab.number,
            lab.sheet.title,
            lab.sheet.minutes,
            lab.points()
        )
    });
    format!("\n| lab | | minutes | points |\n|---:|---|---:|---:|\n{}\n", rows.collect::<String>())
}

fn plan(labs: &[Lab]) -> String {
    let mut units: Vec<u32> = labs.iter().map(|lab| lab.sheet.unit).collect();
    units.sort_unstable();
    units.dedup();
    let rows = units.iter().map(|unit| {
        let own: Vec<&Lab> = labs.iter().filter(|lab| lab.sheet.unit == *unit).collect();
        let minutes: u32 = own.iter().map(|lab| lab.sheet.minutes).sum();
        let points: u32 = own.iter().map(|lab| lab.points()).sum();
        let numbers: Vec<String> = own.iter().map(|lab| lab.number.to_string()).collect();
        format!("| {unit} | {} | {} | {minutes} | {points} |\n", unit_title(*unit), numbers.join(", "))
    });
    let rows: String = rows.collect();
    format!("\n| week, unit | | labs | minutes | points |\n|---:|---|---|---:|---:|\n{rows}\n")
}
