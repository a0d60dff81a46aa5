//! A game as a page: one file, which needs no network. The reader picks the thread that steps next, and sees what can still be reached.

use super::cells::class;
use super::page::{DRAWING, STYLE};
use super::told::told;
use crate::game::{Game, Goal};
use crate::html_page;
use explore::tree::{Position, Way};
use linear::{Program, Snapshot};
use maud::{Markup, PreEscaped, html};
use serde::Serialize;
use serde_json::{Value, json};

const OWN_STYLE: &str = include_str!("play.css");
/// Plays; `drawing.js` draws.
const SCRIPT: &str = include_str!("play.js");

/// The tree, for the script. Most of it is the positions, so these are lists without names.
#[derive(Serialize)]
struct Data<'g> {
    /// The command that goes on where the page ends.
    command: &'g str,
    threads: usize,
    /// The threads that have stepped when the page is opened.
    picks: &'g [usize],
    /// The look before the first step.
    start: Option<usize>,
    looks: &'g [Snapshot],
    /// Of each step its thread, what it does, and how its row is set.
    steps: Vec<(usize, String, &'static str)>,
    opening: Value,
    /// Each is an end, by its number in `goals`; or a list of choices: a thread, the position that it leads to, and a way.
    positions: Vec<Value>,
    goals: Vec<Aim>,
    /// Why the tree was cut, if it was.
    cut: Option<&'g str>,
}

/// Something to aim at.
#[derive(Serialize)]
struct Aim {
    text: String,
    /// The specification allows it, if it says.
    expected: Option<bool>,
}

/// The look at the end, and the steps, each with the look after it; -1 where there is none.
fn way(way: &Way) -> Value {
    let number = |look: Option<usize>| look.map_or(json!(-1), |look| json!(look));
    let steps = way.steps.iter().flat_map(|(step, look)| [json!(step), number(*look)]);
    json!([number(way.look), steps.collect::<Vec<_>>()])
}

fn position(position: &Position, game: &Game) -> Value {
    if let Some(end) = position.end {
        let end = &game.tree().ends[end];
        return json!(game.goals().iter().position(|goal| goal.end == *end));
    }
    let choice = |choice: &explore::tree::Choice| {
        json!([choice.thread, choice.to.map_or(json!(-1), |to| json!(to)), way(&choice.way)])
    };
    position.choices.iter().map(choice).collect()
}

/// What the reader plays with.
fn stage(program: &Program, goals: &[Goal]) -> Markup {
    html! {
        noscript { p { strong { "This page needs its script to be played. " } "The same game, on the terminal: the command above, without --html." } }
        nav.controls.turn aria-label="play" hidden {
            div.choices id="choices" role="group" aria-label="which thread steps next" {}
            button type="button" id="undo" title="take back the last choice (u)" { "undo" }
            button type="button" id="restart" title="begin again (Home)" { "begin again" }
        }
        p.said id="said" aria-live="polite" {}
        p.further id="further" hidden {}
        div.stage.game {
            div.column {
                div.lanes tabindex="0" role="region" aria-label="steps of the threads" {
                    table.steps {
                        caption { "The steps that were taken. A button on the right goes back to a choice: what if that thread had stepped?" }
                        thead { tr {
                            th scope="col" { "step" }
                            @for thread in 0..program.threads.len() { th scope="col" { "thread " (thread) } }
                            th scope="col" { "what if" }
                        } }
                        tbody id="taken" {}
                    }
                }
            }
            aside aria-label="the subject, and what can be reached" hidden {
                h2 id="when" { "Before the first step" }
                div id="tables" {}
                ul id="facts" {}
                fieldset.goals {
                    legend { "Outcomes: choose a goal" }
                    @for (number, goal) in goals.iter().enumerate() {
                        div.goal {
                            input type="radio" name="goal" id=(format!("goal-{number}")) value=(number);
                            label for=(format!("goal-{number}")) {
                                code { (goal.text()) }
                                @if goal.expected == Some(false) { strong.forbidden { " the specification forbids it" } }
                                span.status id=(format!("status-{number}")) {}
                            }
                        }
                    }
                    p id="verdict" {}
                }
            }
        }
    }
}

/// The page of a game of this program. `picks` have stepped when it is opened; the command plays the program.
pub fn page_of_game(
    program: &Program,
    game: &Game,
    (picks, cut): (&[usize], Option<&str>),
    command: &str,
) -> String {
    let tree = game.tree();
    let aim = |goal: &Goal| Aim { text: goal.text(), expected: goal.expected };
    let data = Data {
        command,
        threads: program.threads.len(),
        picks,
        start: tree.start,
        looks: &tree.looks,
        steps: tree.steps.iter().map(|step| (step.thread, told(step, program), class(step))).collect(),
        opening: way(&tree.opening),
        positions: tree.positions.iter().map(|at| position(at, game)).collect(),
        goals: game.goals().iter().map(aim).collect(),
        cut,
    };
    let body = html! {
        main {
            h1.play { "You are the scheduler" }
            dl {
                dt { "program" } dd { code { (program) } }
                dt { "how" } dd { "Pick the thread that steps next: a button, or its number on the keyboard; u takes a choice back. Memory is sequentially consistent here." }
                dt { "terminal" } dd { code { (command) } }
                @if let Some(cut) = cut { dt { "not all" } dd { "This page has not every execution: " (cut) "." } }
            }
            (stage(program, game.goals()))
        }
        (html_page::data("game", &data))
        script { (PreEscaped(DRAWING)) }
        script { (PreEscaped(SCRIPT)) }
    };
    html_page::page(&format!("Play: {program}"), &format!("{STYLE}{OWN_STYLE}"), &body)
}
