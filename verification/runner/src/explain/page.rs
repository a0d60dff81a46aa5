//! An execution as a page: one file, which needs no network. Without its script it is a table; with it, a reader goes from step to step.

use super::beside::Beside;
use super::cells::{class, lines};
use super::choices::{Instead, WhatIf, command_beside};
use super::data::Data;
use super::excerpt::{Excerpts, place};
use super::execution::Execution;
use super::{FailureFile, found_where, without_steps};
use crate::html_page;
use crate::style::count;
use linear::{Example, Program, Step};
use maud::{Markup, PreEscaped, html};

pub(super) const STYLE: &str = include_str!("page.css");
/// Draws a snapshot; any page may have it.
pub(super) const DRAWING: &str = include_str!("drawing.js");
/// Draws arrows over a table of steps.
const ARROWS: &str = include_str!("arrows.js");
/// Executions beside one.
const BESIDE: &str = include_str!("beside.js");
/// Steps through an execution.
const SCRIPT: &str = include_str!("page.js");

/// Why no line of the source is shown, if nobody knows better.
pub const NO_SOURCE: &str = "The source that was run is not known, so its lines are not shown.";

/// What is on a page.
struct Shown<'s> {
    title: String,
    head: Markup,
    steps: &'s [Step],
    program: Option<&'s Program>,
    /// The execution stopped in the middle, at its last step.
    stopped: bool,
    /// The lines of the source; why there are none, if there are none.
    source: (&'s Excerpts, &'s str),
    what_if: &'s WhatIf,
    /// What plays the program from a choice on, if anything does.
    command: Option<String>,
    /// What one goes back to from an execution beside it.
    what: &'s str,
}

/// The steps as a table: a column for each thread.
fn table(execution: &Execution<'_>, data: &Data<'_>, beside: Option<&Beside<'_>>) -> Markup {
    let rows = execution.steps.iter().zip(&execution.drawn).zip(&data.steps).enumerate();
    html! {
        table.steps {
            caption { "The steps of the execution, in their order: a column for each thread." }
            thead { tr {
                th scope="col" { "step" }
                @for thread in 0..execution.threads { th scope="col" { "thread " (thread) } }
                @if execution.is_watched() { th.after scope="col" { "afterwards" } }
                th.line scope="col" { "line" }
                @if beside.is_some() { th.what-if scope="col" { "what if" } }
            } }
            tbody {
                @for (at, ((seen, drawn), told)) in rows {
                    tr id=(format!("step-{}", at + 1)) class=(class(seen.step)) data-little[!drawn] {
                        th.number scope="row" { a href=(format!("#step-{}", at + 1)) aria-label=(format!("step {}", at + 1)) { (at + 1) } }
                        @for thread in 0..execution.threads {
                            td.here[thread == seen.step.thread] { @if thread == seen.step.thread { (told.text) } }
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
fn stage(execution: &Execution<'_>, data: &Data<'_>, beside: Option<&Beside<'_>>, what: &str) -> Markup {
    html! {
        nav.controls aria-label="steps" hidden {
            button type="button" id="first" title="before the first step (Home)" aria-label="before the first step" { "|◀" }
            button type="button" id="back" title="step before (←)" aria-label="step before" { "◀" }
            input type="range" id="slider" min="0" max=(execution.steps.len()) value="0" aria-label="step";
            button type="button" id="on" title="next step (→)" aria-label="next step" { "▶" }
            button type="button" id="last" title="last step (End)" aria-label="last step" { "▶|" }
            label { input type="checkbox" id="every"; " every step" }
            @if beside.is_some() { button type="button" id="return" title="(Escape)" hidden { "↩ back to the " (what) } }
        }
        p.said id="said" aria-live="polite" {}
        div.stage {
            div.column {
                div.lanes tabindex="0" role="region" aria-label="steps of the threads" {
                    div.sheet { (table(execution, data, beside)) (arrows()) }
                }
                (legend())
            }
            aside aria-label="the step, and the subject after it" hidden {
                @if beside.is_some() {
                    section.other id="other" aria-labelledby="other-what" hidden {
                        h2 id="other-what" {}
                        p id="other-verdict" {}
                        details id="other-command" { summary {} code {} }
                    }
                }
                h2 id="when" { "Before the first step" }
                p id="what" {}
                p id="knows" {}
                @if beside.is_some() { div.what-if id="instead" role="group" aria-label="what if another thread had stepped here" {} }
                div id="tables" {}
                ul id="facts" {}
                figure id="source" { figcaption {} pre { code {} } }
            }
        }
    }
}

/// Where the script draws from which step the value comes that a step sees.
fn arrows() -> Markup {
    let head = |id: &str| {
        html! {
            marker id=(id) viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto" {
                path d="M0 0 8 4 0 8z" {}
            }
        }
    };
    html! {
        svg.arrows id="arrows" aria-hidden="true" {
            defs { @for kind in ["read", "stale", "lock"] { (head(&format!("head-{kind}"))) } }
            g {}
        }
    }
}

/// What the marks mean.
fn legend() -> Markup {
    let line = |class: &str, text: &str| {
        html! { li { svg.sample viewBox="0 0 36 10" aria-hidden="true" { path.(class) d="M1 5 H34" {} } (text) } }
    };
    let row = |class: &str, text: &str| html! { li { span.sample.(class) aria-hidden="true" {} (text) } };
    html! {
        details.legend open hidden {
            summary { "What the marks mean" }
            ul {
                (line("read", "from the step that wrote a value to the step of another thread that sees it"))
                (line("stale", "the same, and the value was out of date: another one had been written"))
                (line("lock", "from the unlock of a mutex to the lock that follows"))
                (row("known", "happens before the current step"))
                (row("not-known", "came earlier, but does not happen before the current step"))
                (row("call", "a call begins (▶) or ends (◀)")) (row("write", "a write")) (row("stale-load", "a stale load"))
            }
            p { "x → 3: reads 3 from x. x: 1 ⇒ 3: puts 3 in the place of 1. Boxes of one colour are one entry." }
        }
    }
}

/// What the head says of the executions beside the one that is drawn.
fn what_if(shown: &Shown<'_>, beside: Option<&Beside<'_>>) -> Markup {
    let told = |text: &Markup| html! { dl.if { dt { "what if" } dd { (text) } } };
    match (beside, shown.what_if) {
        (_, WhatIf::Not(Instead { why, does, command })) => {
            told(&html! { (why) " " (does) ": " code { (command) } })
        }
        (Some(beside), _) if beside.steps() > 0 => {
            html! { div.if-told hidden { (told(&known(shown, beside))) } }
        }
        (Some(_), _) => told(&html! { "At no step could another thread have stepped." }),
        (None, _) => html! {},
    }
}

/// How one chooses, how it goes on, and what comes of it.
fn known(shown: &Shown<'_>, beside: &Beside<'_>) -> Markup {
    let (right, wrong) = beside.counts();
    html! {
        "At " (count(beside.steps(), "step")) " (" i { "every step" } " shows them all) another thread could have stepped. Choose one, by its button at the step or by its number on the \
         keyboard, and see what follows: the same steps before, then that thread, and from there on no thread is interrupted. It goes on until \
         it waits or is through, then the one with the lowest number that can. " (of_them(right, wrong))
        @if beside.left_out > 0 {
            " " (beside.left_out) " more " @if beside.left_out == 1 { "is" } @else { "are" } " not on this page (…): " (beside.why_cut()) "."
            @if shown.command.is_some() { " Choosing one shows the command that computes it." }
        }
    }
}

/// How many executions go right, and how many fail.
fn of_them(right: usize, wrong: usize) -> String {
    let verb =
        |number: usize, one: &str, many: &str| if number == 1 { one.to_owned() } else { many.to_owned() };
    match (right, wrong) {
        (0, 0) => "None of them was run.".to_owned(),
        (1, 0) => "The one such execution goes right (✓).".to_owned(),
        (0, 1) => "The one such execution fails (✗).".to_owned(),
        (_, 0) => format!("All {right} such executions go right (✓)."),
        (0, _) => format!("All {wrong} such executions fail (✗)."),
        _ => format!(
            "Of {} such executions {right} {} right (✓), {wrong} {} (✗).",
            right + wrong,
            verb(right, "goes", "go"),
            verb(wrong, "fails", "fail")
        ),
    }
}

/// The page of an execution: a head, and its steps.
fn whole(shown: &Shown<'_>) -> String {
    let execution = Execution::new(shown.steps, shown.program, shown.stopped);
    let data = Data::new(shown.steps, &execution, shown.program, shown.source);
    let beside = match (shown.what_if, shown.program) {
        (WhatIf::Known(others), Some(program)) => {
            Some(Beside::new(others, &data, program, shown.source, shown.command.as_deref()))
        }
        _ => None,
    };
    let told = what_if(shown, beside.as_ref());
    let beside = beside.filter(|beside| beside.steps() > 0);
    let body = html! {
        main {
            (shown.head)
            @if !execution.steps.is_empty() { (told) (stage(&execution, &data, beside.as_ref(), shown.what)) }
        }
        @if !execution.steps.is_empty() {
            (html_page::data("execution", &data))
            @if let Some(beside) = &beside { (html_page::data("beside", beside)) }
            script { (PreEscaped(DRAWING)) }
            script { (PreEscaped(ARROWS)) }
            script { (PreEscaped(BESIDE)) }
            script { (PreEscaped(SCRIPT)) }
        }
    };
    html_page::page(&shown.title, STYLE, &body)
}

/// A line of a head.
fn field(name: &str, text: &str) -> Markup {
    html! { dt { (name) } dd { (text) } }
}

/// The page of a failure. `no_source`: why the lines of its source are not known, if the file has none.
pub fn page(file: &FailureFile, no_source: &str) -> String {
    page_of(file, no_source, "FILE")
}

/// The same, of the file with this name.
pub fn page_of(file: &FailureFile, no_source: &str, name: &str) -> String {
    let verdict = &file.verdict;
    let source = (&file.source_lines, no_source);
    let (command, what, nothing) = (file.command_beside(), "failure", WhatIf::NotAsked);
    let Some(failure) = &verdict.failure else {
        let head = html! { h1 { "This file has no failure" } };
        let title = "No failure".to_owned();
        let (steps, program, stopped, what_if) = (&[][..], None, false, &nothing);
        return whole(&Shown { title, head, steps, program, stopped, source, what_if, command, what });
    };
    let program = file.job.parse().ok();
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
        @if failure.steps.is_empty() { p { (without_steps(verdict)) } }
    };
    let title = format!("{}: {}", failure.kind, verdict.program);
    let (program, stopped, steps) = (program.as_ref(), failure.outcome.is_none(), &failure.steps[..]);
    let instead = file.instead(name);
    let what_if = instead.as_ref().unwrap_or(&file.what_if);
    whole(&Shown { title, head, steps, program, stopped, source, what_if, command, what })
}

/// The page of an execution in which nothing is wrong, found by an engine, with the lines of its source.
pub fn page_of_example(
    example: &Example,
    program: &Program,
    engine: &str,
    (source, what_if): (&Excerpts, &WhatIf),
) -> String {
    let head = html! {
        h1.passes { "passes: " (example.outcome) }
        dl {
            dt { "program" } dd { code { (program) } }
            (field("what", "an execution with this outcome, which the specification allows"))
            (field("where", &format!("{engine}, execution {} of the search", example.execution)))
        }
    };
    let title = format!("passes: {}: {program}", example.outcome);
    let command = engine.parse().ok().and_then(|engine| command_beside(engine, program));
    let (source, what) = ((source, NO_SOURCE), "execution");
    let (program, steps, stopped) = (Some(program), &example.steps[..], false);
    whole(&Shown { title, head, steps, program, stopped, source, what_if, command, what })
}

#[cfg(test)]
mod tests {
    use super::STYLE;
    use std::collections::BTreeMap;

    /// The colours of a theme by their names: how bright each is, from 0 to 1.
    fn brightness(theme: &str) -> BTreeMap<String, f64> {
        let colour = |part: &str| {
            let (name, rest) = part.split_once(": #")?;
            let digits: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
            let digits: String = match digits.len() {
                3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
                _ => digits,
            };
            let channel = |at: usize| {
                let value = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).expect("a colour")) / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            let brightness = 0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4);
            Some((name.to_owned(), brightness))
        };
        theme.split("--").filter_map(colour).collect()
    }

    /// Text of a page can be read in both themes: the contrast is that of WCAG, level AA.
    #[test]
    fn text_stands_out_from_what_is_behind_it_in_both_themes() {
        let (light, rest) = STYLE.split_once("@media (prefers-color-scheme: dark)").expect("two themes");
        let (dark, _) = rest.split_once("} }").expect("the end of the dark one");
        for (name, theme) in [("light", brightness(light)), ("dark", brightness(dark))] {
            assert!(theme.len() >= 11, "{name}: {theme:?}");
            let behind = ["back", "box", "call", "write", "stale"];
            let of_steps = ["ink", "dim"].iter().flat_map(|text| behind.map(|back| (*text, back)));
            for (text, back) in of_steps.chain(["here", "bad", "good"].map(|text| (text, "back"))) {
                let (one, other) = (theme[text], theme[back]);
                let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
                assert!(contrast >= 4.5, "{name}: {text} on {back}: {contrast:.1}");
            }
        }
    }
}
