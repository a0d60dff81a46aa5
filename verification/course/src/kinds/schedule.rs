//! The student is the scheduler: a list of threads, by which a program comes to a given end.

use super::outcomes::program;
use super::{Kind, one_after_another};
use crate::checked::{Checked, Named, Wrong};
use crate::host::Host;
use crate::lab::Lab;
use crate::written::{Line, lines, mistake, mistake_in};
use explore::engine::Engine;
use explore::job::{Job, matches};
use explore::tree::{Bounds, Tree};
use linear::{ParseError, Program};
use runner::explain::{lines as look_lines, told};
use runner::game::{Game, Goal, Status};
use runner::playing;
use serde::Deserialize;

/// See the module.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Schedule {
    subject: String,
    program: String,
    /// The outcome to reach; `_` stands for any result.
    goal: String,
    /// Points for a schedule that can be played to its end, and for the goal.
    points: [u32; 2],
}

const ANSWER: &str = "schedule.txt";

/// More positions, and longer, a program of a lab does not take.
const POSITIONS: usize = 20_000;
const MILLISECONDS: u64 = 10_000;

impl Kind for Schedule {
    fn answer(&self) -> &str {
        ANSWER
    }

    fn checks(&self) -> Vec<Named> {
        let named = |name: &str, points| Named { name: name.to_owned(), points };
        vec![
            named("it can be played to the end", self.points[0]),
            named("it reaches the goal", self.points[1]),
        ]
    }

    fn validate(&self, _lab: &Lab, host: &dyn Host) -> Result<(), String> {
        program(&self.subject, &self.program, host).map(drop)
    }

    fn quoted(&self) -> Vec<String> {
        vec![self.program.clone(), self.goal.clone()]
    }

    fn check(&self, _lab: &Lab, text: &str, host: &dyn Host) -> Result<Vec<Checked>, Wrong> {
        let picks = picks(text).map_err(Wrong::mistake)?;
        let program = program(&self.subject, &self.program, host).map_err(Wrong::not_checked)?;
        let tree = tree(&program, host)?;
        let mut game = Game::new(&program, tree);
        for (line, thread) in &picks {
            if game.end().is_some() {
                let error =
                    mistake_in(text, *line, "the execution is over before this", "leave out the rest");
                return Err(Wrong::mistake(error));
            }
            if !game.pick(*thread) {
                let can: Vec<String> =
                    game.choices().iter().map(|choice| choice.thread.to_string()).collect();
                let message = format!("thread {thread} cannot step here");
                let help = format!(
                    "the threads that can are {}; `cargo verify play` shows what each would do",
                    can.join(" and ")
                );
                return Err(Wrong::mistake(mistake_in(text, *line, &message, &help)));
            }
        }
        Ok(one_after_another(&self.checks(), |number| match number {
            0 => unfinished(&game, &program),
            _ => self.misses_the_goal(&game, &program),
        }))
    }
}

/// All executions of a program, as a player sees them.
fn tree(program: &Program, host: &dyn Host) -> Result<Tree, Wrong> {
    let bounds = Bounds { positions: POSITIONS, milliseconds: MILLISECONDS, ..Bounds::default() };
    let tree = playing::tree(&Job::new(program, Engine::ShuttleDfs), &bounds, &host.settings());
    let tree = tree.map_err(Wrong::not_checked)?;
    match &tree.cut {
        None => Ok(tree),
        Some(cut) => Err(Wrong::not_checked(format!("the program is too large to be played: {cut:?}"))),
    }
}

/// The threads that are picked, each with its place.
fn picks(text: &str) -> Result<Vec<(Line<'_>, usize)>, ParseError> {
    let mut picks = Vec::new();
    for line in lines(text) {
        for word in line.text.split([',', ' ']).filter(|word| !word.is_empty()) {
            let place = line.part(word);
            let thread = word.parse().map_err(|_| {
                let help = "a schedule is the numbers of the threads that step, in order: 0,0,1";
                mistake_in(text, place, &format!("`{word}` is not the number of a thread"), help)
            })?;
            picks.push((place, thread));
        }
    }
    match picks.is_empty() {
        true => Err(mistake(
            text,
            text.trim_end().len(),
            1,
            "there is no schedule here yet",
            "write the numbers of the threads that step: 0,0,1",
        )),
        false => Ok(picks),
    }
}

/// The steps that were taken, one on each line.
fn taken(game: &Game, program: &Program) -> String {
    let mut lines = Vec::new();
    for step in game.taken() {
        lines.push(format!("{:>4}  thread {}  {}", step.number, step.step.thread, told(step.step, program)));
        let look = step.look.map(look_lines).unwrap_or_default();
        lines.extend(look.iter().map(|line| format!("                | {line}")));
    }
    lines.join("\n")
}

fn unfinished(game: &Game, program: &Program) -> Option<Wrong> {
    if game.end().is_some() {
        return None;
    }
    let can: Vec<String> = game.choices().iter().map(|choice| format!("thread {}", choice.thread)).collect();
    let sentence =
        format!("The execution is not over when your schedule ends: {} can step.", can.join(" and "));
    Some(Wrong::new("unfinished", sentence).of_program(program).drawn(taken(game, program)))
}

impl Schedule {
    fn misses_the_goal(&self, game: &Game, program: &Program) -> Option<Wrong> {
        let is_it =
            |goal: &Goal| goal.end.outcome.as_ref().is_some_and(|outcome| matches(&self.goal, outcome));
        let goals: Vec<&Goal> = game.goals().iter().filter(|goal| is_it(goal)).collect();
        let Some(goal) = goals.first() else {
            return Some(Wrong::not_checked(format!(
                "`{}` is not an end of this program: the lab is wrong",
                self.goal
            )));
        };
        if goals.iter().any(|goal| game.status(goal) == Status::Reached) {
            return None;
        }
        let end = game.end().map(|end| Goal { end: end.clone(), expected: None }.text()).unwrap_or_default();
        let since = match game.status(goal) {
            Status::Lost(Some(step)) => {
                format!(" Step {step} has lost the goal: after it, `{}` cannot be reached.", self.goal)
            }
            _ => String::new(),
        };
        let sentence = format!("Your schedule ends in `{end}`.{since}");
        Some(Wrong::new("another end", sentence).of_program(program).drawn(taken(game, program)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_is_numbers_and_a_mistake_is_pointed_at() {
        let threads =
            |text| picks(text).map(|picks| picks.into_iter().map(|(_, thread)| thread).collect::<Vec<_>>());
        assert_eq!(threads("# x\n0,0, 1\n 2"), Ok(vec![0, 0, 1, 2]));
        assert!(threads("0,x").expect_err("no number").to_string().contains("| 0,x\n  |   ^"));
        assert!(threads("\n").is_err());
    }
}
