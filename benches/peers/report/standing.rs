//! Where this map wins, ties and loses: the short table of the page, and what fills it in.

use super::markdown::advantage;
use super::{About, columns};
use crate::adapters::name;
use crate::results::{Figure, Measured, find};
use crate::targets::Verdict;
use std::fmt::Write;
use std::path::Path;

/// A group of rows that one reason explains.
struct Workload {
    title: &'static str,
    ours: &'static str,
    rows: &'static [&'static str],
    why: &'static str,
}

const WORKLOADS: [Workload; 14] = [
    Workload {
        title: "loads of 1,024 keys, a pin for each, 1 thread",
        ours: name::PER_CALL,
        rows: &["load_hit/u64/1024/1t", "load_hit/String/1024/1t"],
        why: "more than half of the time is the pin, and no peer waits for its lock",
    },
    Workload {
        title: "loads of 1,024 keys, a pin for each, 2 threads",
        ours: name::PER_CALL,
        rows: &["load_hit/u64/1024/2t", "load_hit/String/1024/2t"],
        why: "nothing shared is written; more than half of the time is the pin",
    },
    Workload {
        title: "loads of 1,024 keys, one pin for a batch, 1 thread",
        ours: name::BATCH,
        rows: &["load_hit/u64/1024/1t", "load_hit/String/1024/1t"],
        why: "entry and value are two places in memory; papaya has them in one",
    },
    Workload {
        title: "loads of 1,024 keys, one pin for a batch, 2 threads",
        ours: name::BATCH,
        rows: &["load_hit/u64/1024/2t", "load_hit/String/1024/2t"],
        why: "entry and value are two places in memory; papaya has them in one",
    },
    Workload {
        title: "loads of 1,000,000 keys, a pin for each, 1 thread",
        ours: name::PER_CALL,
        rows: &["load_hit/u64/1000000/1t"],
        why: "cache misses: table, entry, value. Maps that keep entries in the table miss less",
    },
    Workload {
        title: "loads of 1,000,000 keys, a pin for each, 2 threads",
        ours: name::PER_CALL,
        rows: &["load_hit/u64/1000000/2t"],
        why: "cache misses: table, entry, value. Maps that keep entries in the table miss less",
    },
    Workload {
        title: "loads of 1,000,000 keys, one pin for a batch, 1 thread",
        ours: name::BATCH,
        rows: &["load_hit/u64/1000000/1t"],
        why: "the same misses, without the pins",
    },
    Workload {
        title: "loads of 1,000,000 keys, one pin for a batch, 2 threads",
        ours: name::BATCH,
        rows: &["load_hit/u64/1000000/2t"],
        why: "the same misses, without the pins",
    },
    Workload {
        title: "99% loads, 1% updates, 2 threads",
        ours: name::PER_CALL,
        rows: &["mix/99-1/2t"],
        why: "as loads",
    },
    Workload {
        title: "90% loads, 10% updates, 2 threads",
        ours: name::PER_CALL,
        rows: &["mix/90-10/2t"],
        why: "an update allocates a value and retires the old one",
    },
    Workload {
        title: "90% loads, 10% increments of 1,000 String keys, 2 threads",
        ours: name::PER_CALL,
        rows: &["seed_mix/2t"],
        why: "the same",
    },
    Workload {
        title: "overwriting, 2 threads",
        ours: name::PER_CALL,
        rows: &["mix/overwrite/2t"],
        why: "the same, and nothing else: maps that change a value in place under a lock win",
    },
    Workload {
        title: "range over 1,024 keys",
        ours: name::PER_CALL,
        rows: &["go/Range/1t"],
        why: "the walk takes no lock, but each entry and each value is a separate allocation",
    },
    Workload {
        title: "streams of new keys, 1 thread",
        ours: name::PER_CALL,
        rows: &["go/LoadOrStoreUnique/1t", "go/AdversarialAlloc/1t", "go/AdversarialDelete/1t"],
        why: "a new key takes the mutex, and tables are copied and promoted over and over",
    },
];

/// From here on one is ahead.
const AHEAD: f64 = 1.1;

/// The geometric mean of how many times as long a peer takes, over the rows that it has.
fn standing(workload: &Workload, peer: &str, results: &[Measured]) -> Option<f64> {
    let ratios: Vec<f64> =
        workload.rows.iter().filter_map(|row| advantage(find(results, row)?, workload.ours, peer)).collect();
    let logarithms: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
    (!ratios.is_empty()).then(|| (logarithms / ratios.len() as f64).exp())
}

/// The table: for each workload the peers behind, level and ahead, with how many times as long each takes.
fn table(results: &[Measured]) -> String {
    let mut text = String::from(
        "| workload | wins against | level with | loses to | because |\n|---|---|---|---|---|\n",
    );
    for workload in &WORKLOADS {
        let Some(section) = workload.rows.iter().find_map(|row| Some(find(results, row)?.row.section)) else {
            continue;
        };
        let is_peer = |peer: &&str| {
            let other_way = if workload.ours == name::BATCH { name::PAPAYA } else { name::PAPAYA_BATCH };
            ![name::BY_VALUE, name::PER_CALL, name::BATCH, name::PLAIN, other_way].contains(peer)
        };
        let (mut wins, mut level, mut loses) = (Vec::new(), Vec::new(), Vec::new());
        for peer in columns(section, results).into_iter().filter(is_peer) {
            let Some(ratio) = standing(workload, peer, results) else { continue };
            let said = format!("{} {}×", peer.replace('<', "\\<"), Figure(ratio));
            match ratio {
                ratio if ratio >= AHEAD => wins.push(said),
                ratio if ratio * AHEAD <= 1.0 => loses.push(said),
                _ => level.push(said),
            }
        }
        let list = |peers: Vec<String>| if peers.is_empty() { String::from("–") } else { peers.join(", ") };
        let (title, why) = (workload.title, workload.why);
        writeln!(text, "| {title} | {} | {} | {} | {why} |", list(wins), list(level), list(loses))
            .expect("a String takes all");
    }
    text
}

/// What keeps the map from a target: the layouts that were tried are in ADR 10.
const LIMITS: [(&str, &str); 8] = [
    (
        "load hit, per call",
        "a pin and its release are more than half of it, and at one thread no peer's lock is ever waited for",
    ),
    (
        "load hit, pinned batch",
        "an entry and a value behind the table: two dependent loads, which a table of values does not need",
    ),
    (
        "String keys, pinned batch",
        "two dependent loads; 1.5 times the speed of papaya would be faster than the unshared hashbrown",
    ),
    ("1e6 keys, pinned batch", "two dependent loads, which miss the cache"),
    ("99/1", "an update allocates a value and retires the old one"),
    ("90/10", "an update allocates a value and retires the old one"),
    ("the article's mix", "an update allocates a value and retires the old one"),
    ("range over 1,024", "each entry and each value is a separate allocation"),
];

/// What keeps this row from its target.
fn limit(verdict: &Verdict) -> &'static str {
    let known = LIMITS.iter().find(|(workload, _)| *workload == verdict.workload);
    known.map_or("entry and value are allocations of their own, of 24 bytes each", |(_, limit)| limit)
}

/// The targets, one a line.
fn targets(verdicts: &[Verdict]) -> String {
    let mut text =
        String::from("| target | against | measured [quartiles] | target | |\n|---|---|--:|--:|---|\n");
    for verdict in verdicts {
        let word = match verdict.reached {
            true => String::from("reached"),
            false => format!("**{}**: {}", verdict.word(), limit(verdict)),
        };
        let row = format!("{}: {} ({})", verdict.workload, verdict.row, verdict.ours);
        writeln!(text, "| {row} | {} | {} | {} | {word} |", verdict.than, verdict.figures(), verdict.bound)
            .expect("a String takes all");
    }
    text
}

/// Fills the figures in between the marks of docs/performance.md.
pub(super) fn fill_in(
    root: &Path,
    about: &About,
    results: &[Measured],
    verdicts: &[Verdict],
    full: &str,
) -> Result<(), String> {
    let page = root.join("docs/performance.md");
    let summary = format!(
        "{}. The number is how many times as long the other map takes: above 1, sync-map is faster.\n\n{}",
        about.machine,
        table(results),
    );
    replace_between_marks(&page, "standing", &summary)?;
    let reached = verdicts.iter().filter(|verdict| verdict.reached).count();
    let targets = format!(
        "{reached} of {} targets reached. Those that are missed say why.\n\n{}",
        verdicts.len(),
        targets(verdicts)
    );
    replace_between_marks(&page, "bench", &format!("{full}\n## The targets\n\n{targets}"))
}

/// Puts `text` between `<!-- NAME:begin -->` and `<!-- NAME:end -->` of a document, which is replaced as a whole.
pub(super) fn replace_between_marks(document: &Path, name: &str, text: &str) -> Result<(), String> {
    let place = |error: &dyn std::fmt::Display| format!("{}: {error}", document.display());
    let old = std::fs::read_to_string(document).map_err(|error| place(&error))?;
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let parts = old.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    let (before, after) =
        parts.ok_or_else(|| place(&format_args!("has no lines `{}` and `{end}`", begin.trim_end())))?;
    let new = format!("{before}{begin}{}\n{end}{after}", text.trim_end());
    let part = document.with_extension("md.part");
    std::fs::write(&part, new).map_err(|error| place(&error))?;
    std::fs::rename(&part, document).map_err(|error| place(&error))
}
