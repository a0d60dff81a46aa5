//! The tables of the performance page.

use super::{About, columns, rows};
use crate::adapters::{Kind, name};
use crate::results::{Figure, Measured, Section};

/// What a map has in a row: the median, a dash when it lacks an operation. The least of those that can be shared is bold.
fn figure(measured: &Measured, peer: &str) -> String {
    let Some((cell, quartiles)) = measured.cell(peer).and_then(|cell| Some((cell, cell.quartiles()?))) else {
        return String::from("–");
    };
    let noisy = if cell.noisy { "~" } else { "" };
    let text = format!("{noisy}{}", Figure(quartiles.median));
    let best = measured.best(|cell| !matches!(cell.kind, Kind::Limit | Kind::Foreign));
    if best.is_some_and(|best| best.peer == peer) { format!("**{text}**") } else { text }
}

/// Which of our ways a peer is compared with: like with like.
fn ours_for(peer: &str) -> &'static str {
    if peer == name::PAPAYA_BATCH { name::BATCH } else { name::PER_CALL }
}

/// How many times as long the other one takes.
pub(super) fn advantage(measured: &Measured, ours: &str, peer: &str) -> Option<f64> {
    Some(measured.cell(ours)?.advantage_over(measured.cell(peer)?)?.median)
}

/// The same as it is printed.
fn ratio(measured: &Measured, peer: &str) -> String {
    advantage(measured, ours_for(peer), peer).map_or(String::from("–"), |ratio| Figure(ratio).to_string())
}

fn table(
    title: &str,
    columns: &[&str],
    results: &[&Measured],
    cell: impl Fn(&Measured, &str) -> String,
) -> String {
    let mut text = format!("| {title} |");
    for column in columns {
        text.push_str(&format!(" {} |", column.replace('<', "\\<")));
    }
    text.push_str(&format!("\n|---|{}\n", "--:|".repeat(columns.len())));
    for measured in results {
        text.push_str(&format!("| {} ({}) |", measured.row.title, measured.row.unit));
        for column in columns {
            text.push_str(&format!(" {} |", cell(measured, column)));
        }
        text.push('\n');
    }
    text + "\n"
}

/// What is built on the map: their columns are of other things than maps.
const PATTERNS: [Section; 3] = [Section::Caches, Section::Counters, Section::Settings];

/// The medians of the patterns alone.
pub(crate) fn patterns(about: &About, results: &[Measured]) -> String {
    let mut text = format!(
        "{}. {}.\n\nLess is better. Bold: the best of those that threads can share. –: the crate lacks it.\n\n",
        about.machine, about.versions
    );
    for section in PATTERNS {
        let rows: Vec<&Measured> = rows(section, results).collect();
        text.push_str(&table(section.title(), &columns(section, results), &rows, figure));
    }
    text
}

/// The file.
pub(crate) fn text(about: &About, results: &[Measured]) -> String {
    let mut text = format!(
        "{}. {}.\n\n{}\n\n{}\n\nLess is better. Bold: the best of those that threads can share. –: the map lacks an operation that the row \
         needs.\n\n",
        about.machine, about.versions, about.measured, about.dropped
    );
    for section in Section::ALL {
        let rows: Vec<&Measured> = rows(section, results).collect();
        if rows.is_empty() {
            continue;
        }
        text.push_str(&format!("### {}\n\n", section.title()));
        let columns = columns(section, results);
        text.push_str(&table("medians", &columns, &rows, figure));
        let peers: Vec<&str> = columns.iter().copied().filter(|peer| !is_ours(peer)).collect();
        if !PATTERNS.contains(&section) && !peers.is_empty() {
            text.push_str(
                "How many times as long the peer takes: above 1 sync-map, pinned per call, is faster (against papaya batch: sync-map \
                 pinned batch).\n\n",
            );
            text.push_str(&table("ratios", &peers, &rows, ratio));
        }
    }
    text
}

fn is_ours(peer: &str) -> bool {
    [name::BY_VALUE, name::PER_CALL, name::BATCH].contains(&peer)
}
