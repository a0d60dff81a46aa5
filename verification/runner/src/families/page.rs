//! A family on a page.

use super::report::FamilyReport;
use linear::Level;
use maud::{Markup, html};

/// The part of a report that is about a family.
pub fn section(number: usize, family: &FamilyReport) -> Markup {
    html! {
        h2 id=(format!("family-{number}")) { "Every program: " (family.family) }
        @if family.whole < family.programs {
            p.truncated {
                (family.verdict) ": " (family.programs - family.whole) " of " (family.programs) " programs are not through. "
                "What is said below is said of the others."
            }
        }
        table {
            tr {
                th { "verdict" } th { "programs" } th { "start states" }
                @for (engine, _) in &family.executions { th { "executions on " (engine) } }
                th { "outcomes" } th { "seconds of the run" }
            }
            tr {
                td.failed[family.verdict == Level::Failed].truncated[family.verdict == Level::Truncated] { (family.verdict) }
                td.number { (family.whole) " of " (family.programs) } td.number { (family.starts) }
                @for (_, executions) in &family.executions { td.number { (executions) } }
                td.number { (family.outcomes) } td.number { (format!("{:.1}", family.seconds)) }
            }
        }
        @if let Some(follows) = &family.follows {
            p { (follows.engine) " " (follows.text()) ", and was not explored for them." }
        }
        p {
            "Holds for the source " code { (family.source) }
            @if let Some(commit) = &family.commit { ", commit " code { (commit) } }
            "; with " (family.versions.join(", ")) ". Made by " code { (family.command) } "."
        }
        @if !family.unfinished.is_empty() {
            h3 { "Not through" }
            table {
                tr { th { "program" } th { "engine" } th { "verdict" } th { "why" } }
                @for unfinished in &family.unfinished {
                    tr {
                        td { code { (unfinished.program) } } td { (unfinished.engine) } td { (unfinished.verdict) }
                        td { (unfinished.failure.as_deref().unwrap_or("the budget was used up")) }
                    }
                }
            }
        }
        h3 { "Not covered" }
        ul { @for what in &family.not_covered { li { (what) } } }
        h3 { "Steps of the algorithm" }
        table {
            tr { th { "step" } th { "line" } th { "programs that take it" } th { "start states" } }
            @for step in &family.steps {
                tr {
                    td { (step.step.name) } td { code { (step.step.place) } }
                    td.number.failed[step.programs == 0] { (step.programs) } td.number { (step.starts) }
                }
            }
        }
    }
}
