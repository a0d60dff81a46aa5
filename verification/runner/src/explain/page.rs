//! An execution as a page: one file, which needs no network. Without its script it is a table; with it, a reader goes from step to step.

use super::cells::{cell, lines};
use super::drawing::place;
use super::execution::Execution;
use super::seen::Seen;
use super::{FailureFile, found_where};
use linear::{Program, Snapshot, Step};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Serialize;

const STYLE: &str = include_str!("page.css");
/// Draws a snapshot; any page may have it.
const DRAWING: &str = include_str!("drawing.js");
/// Steps through an execution.
const SCRIPT: &str = include_str!("page.js");

/// A step, for the script.
#[derive(Serialize)]
struct Told<'s> {
    number: usize,
    text: &'s str,
    /// It is folded unless the reader wants every step.
    little: bool,
    /// The number of the step that wrote what this one sees.
    from: Option<usize>,
    stale: bool,
    /// What the subject looks like after it; nothing where it looks as before.
    after: Option<&'s Snapshot>,
}

/// The execution, for the script.
#[derive(Serialize)]
struct Data<'s> {
    start: Option<&'s Snapshot>,
    steps: Vec<Told<'s>>,
}

fn class(step: &Step) -> &'static str {
    match step.action.as_str() {
        "Call" | "Return" => "call",
        _ if step.stale => "stale",
        "Exchange" | "Store" | "Free" | "Retire" => "write",
        _ => "",
    }
}

/// The steps as a table: a column for each thread.
fn table(execution: &Execution<'_>, texts: &[String]) -> Markup {
    let rows = execution.steps.iter().zip(&execution.drawn).zip(texts).enumerate();
    html! {
        table.steps {
            thead { tr {
                th scope="col" { "step" }
                @for thread in 0..execution.threads { th scope="col" { "thread " (thread) } }
                @if execution.is_watched() { th.after scope="col" { "afterwards" } }
                th.line scope="col" { "line" }
            } }
            tbody {
                @for (at, ((seen, drawn), text)) in rows {
                    tr id=(format!("step-{}", at + 1)) class=(class(seen.step)) data-little[!drawn] {
                        td.number { a href=(format!("#step-{}", at + 1)) { (at + 1) } }
                        @for thread in 0..execution.threads {
                            td.here[thread == seen.step.thread] { @if thread == seen.step.thread { (text) } }
                        }
                        @if execution.is_watched() {
                            td.after { @if let Some(after) = seen.after { (lines(after).join("; ")) } }
                        }
                        td.line { (place(seen.step)) }
                    }
                }
            }
        }
    }
}

/// What the reader steps with, and where the subject is drawn.
fn stage(execution: &Execution<'_>, texts: &[String]) -> Markup {
    html! {
        nav.controls aria-label="steps" hidden {
            button type="button" id="first" title="first step (Home)" aria-label="first step" { "|◀" }
            button type="button" id="back" title="step before (←)" aria-label="step before" { "◀" }
            input type="range" id="slider" min="0" max=(execution.steps.len()) value="0" aria-label="step";
            button type="button" id="on" title="next step (→)" aria-label="next step" { "▶" }
            button type="button" id="last" title="last step (End)" aria-label="last step" { "▶|" }
            label { input type="checkbox" id="every"; " every step" }
        }
        div.stage {
            div.lanes { (table(execution, texts)) }
            aside aria-live="polite" aria-label="the subject after the step" hidden {
                h2 id="when" { "Before the first step" }
                p id="what" {}
                div id="tables" {}
                ul id="facts" {}
            }
        }
    }
}

/// The data of the script. `<` is written so that no text can end the element that it is in.
fn data(execution: &Execution<'_>, texts: &[String]) -> String {
    let steps = execution.steps.iter().zip(texts).enumerate().map(|(at, (seen, text))| Told {
        number: at + 1,
        text,
        little: !execution.drawn[at],
        from: execution.seen_from(at).map(|from| from + 1),
        stale: seen.step.stale,
        after: seen.after,
    });
    let data = Data { start: execution.start, steps: steps.collect() };
    serde_json::to_string(&data).expect("plain data").replace('<', "\\u003c")
}

/// The page of an execution: a head, and its steps.
fn whole(title: &str, head: &Markup, steps: &[Step], program: Option<&Program>, stopped: bool) -> String {
    let execution = Execution::new(steps, program, stopped);
    let text = |seen: &Seen<'_>| cell(seen.step, program, true).unwrap_or_default();
    let texts: Vec<String> = execution.steps.iter().map(text).collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (head)
                @if execution.steps.is_empty() {
                    p { "No steps were recorded: it happened outside an execution." }
                } @else {
                    (stage(&execution, &texts))
                    script type="application/json" id="execution" { (PreEscaped(data(&execution, &texts))) }
                    script { (PreEscaped(DRAWING)) }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        }
    };
    page.into_string()
}

/// The page of a failure.
pub fn page(file: &FailureFile) -> String {
    let verdict = &file.verdict;
    let Some(failure) = &verdict.failure else {
        return whole("No failure", &html! { h1 { "This file has no failure" } }, &[], None, false);
    };
    let program = file.job.parse().ok();
    let field = |name: &str, text: &str| html! { dt { (name) } dd { (text) } };
    let head = html! {
        h1 { "FAILED: " (failure.kind) }
        dl {
            dt { "program" } dd { code { (verdict.program) } }
            @if let Some(name) = &verdict.name { (field("scenario", name)) }
            (field("what", &failure.message))
            @if let Some(sentence) = &failure.sentence { (field("why", sentence)) }
            (field("where", &format!("{}/{}, {}", verdict.engine, verdict.mode, found_where(file, failure.execution))))
            @if let Some(minimised) = &file.minimised {
                @if minimised.program != minimised.from_program { (field("found as", &minimised.from_program)) }
                (field("smaller", &minimised.told()))
            }
        }
    };
    let title = format!("{}: {}", failure.kind, verdict.program);
    whole(&title, &head, &failure.steps, program.as_ref(), failure.outcome.is_none())
}
