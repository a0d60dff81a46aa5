//! The page.

use super::{About, columns, plots, rows};
use crate::results::{Figure, Measured, Section};
use crate::targets::Verdict;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = "
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #1c2430; }
table { border-collapse: collapse; font-size: 13px; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #d8dee6; padding: .25rem .5rem; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
td small { color: #6b7684; } .reached { color: #17703a; } .missed { color: #b3261e; font-weight: 600; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; } svg { max-width: 100%; height: auto; }
";

/// The file.
pub(crate) fn text(about: &About, results: &[Measured], verdicts: &[Verdict]) -> Result<String, String> {
    let sections: Vec<Markup> = Section::ALL
        .into_iter()
        .filter(|section| rows(*section, results).next().is_some())
        .map(|one| section(one, results))
        .collect::<Result<_, _>>()?;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { "sync-map beside its peers" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "sync-map beside its peers" }
                p { (about.machine) ". " (about.versions) "." }
                p { (about.measured) }
                p { (about.dropped) }
                (targets(verdicts))
                @for section in &sections { (section) }
            }
        }
    };
    Ok(page.into_string())
}

fn targets(verdicts: &[Verdict]) -> Markup {
    let left_out = verdicts.iter().filter(|verdict| verdict.measured.is_none()).count();
    html! {
        h2 { "Targets" }
        @if left_out > 0 { p { (left_out) " of " (verdicts.len()) " were not measured." } }
        table {
            tr { th { "workload" } th { "row" } th { "against" } th { "measured [quartiles]" } th { "target" } th {} }
            @for verdict in verdicts.iter().filter(|verdict| verdict.measured.is_some()) {
                tr {
                    td { (verdict.workload) " (" (verdict.ours) ")" }
                    td { (verdict.row) }
                    td { (verdict.than) }
                    td { (verdict.figures()) }
                    td { (verdict.bound) }
                    td class=(verdict.word()) { (verdict.word()) }
                }
            }
        }
    }
}

fn section(section: Section, results: &[Measured]) -> Result<Markup, String> {
    let columns = columns(section, results);
    let plots: Vec<String> = match section {
        Section::Growth => vec![plots::latency(&rows(section, results).collect::<Vec<_>>())?],
        _ => rows(section, results)
            .filter_map(|measured| plots::bars(measured).transpose())
            .collect::<Result<_, _>>()?,
    };
    Ok(html! {
        h2 { (section.title()) }
        table {
            tr { th {} @for column in &columns { th { (column) } } }
            @for measured in rows(section, results) {
                tr {
                    td { (measured.row.title) " (" (measured.row.unit) ")" }
                    @for column in &columns { td { (cell(measured, column)) } }
                }
            }
        }
        div class="plots" {
            @for plot in &plots { figure { (PreEscaped(plot)) } }
        }
    })
}

fn cell(measured: &Measured, column: &str) -> Markup {
    let found = measured.cell(column).and_then(|cell| Some((cell, cell.quartiles()?)));
    html! {
        @if let Some((cell, quartiles)) = found {
            @if cell.noisy { "~" }
            (Figure(quartiles.median)) " "
            small { (Figure(quartiles.q1)) "–" (Figure(quartiles.q3)) }
        } @else {
            "–"
        }
    }
}
