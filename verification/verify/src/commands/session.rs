//! A game on the terminal: what is printed, and what follows from what is typed.

use super::options::width;
use super::table::Table;
use super::typed::{HELP, Typed, typed};
use super::usage::Usage;
use explore::tree::{Choice, Cut};
use runner::explain::{lines, told};
use runner::game::{Game, Goal, Status};
use runner::output::{is_terminal, write_out};
use runner::say;
use runner::style::{Colour, Style, count, thousands, wrapped};
use std::io::{BufRead, ErrorKind};
use std::process::ExitCode;

/// See the module.
pub(crate) struct Session<'t> {
    table: &'t Table,
    game: Game,
    goal: Option<usize>,
    /// The thread that stepped last.
    last: Option<usize>,
    /// So many steps have been printed.
    printed: usize,
    style: Style,
}

/// What comes after a line.
enum Next {
    Asks,
    Over(ExitCode),
}

/// Why a tree was cut, in words.
pub(crate) fn why_cut(cut: &Cut) -> String {
    match cut {
        Cut::Positions(most) => format!("the tree was cut at {} positions", thousands(*most as u64)),
        Cut::Time(milliseconds) => format!("the tree was cut after {:.1} s", *milliseconds as f64 / 1000.0),
        Cut::Failures(some) => {
            format!("the tree was cut after {some} executions that stop in the middle")
        }
    }
}

/// A line that fits.
fn fitted(text: &str) -> String {
    Style { width: Some(width()), colour: false }.cut(text)
}

fn paragraph(text: &str) {
    wrapped(text, width()).iter().for_each(|line| say!("{line}"));
}

impl<'t> Session<'t> {
    pub(crate) fn new(table: &'t Table, game: Game) -> Session<'t> {
        Session { table, game, goal: None, last: None, printed: 0, style: Style::of_output() }
    }

    /// Makes the outcome of this number the goal.
    pub(crate) fn aim(&mut self, number: usize) -> Result<(), String> {
        let all = self.game.goals().len();
        if number == 0 || number > all {
            return Err(format!("{number}: the outcomes that are known have the numbers 1 to {all}"));
        }
        self.goal = Some(number - 1);
        Ok(())
    }

    /// Plays to the end of the game, or of what is typed.
    pub(crate) fn run(mut self, input: &mut dyn BufRead) -> Result<ExitCode, Usage> {
        self.print_state("before the first step");
        if !self.game.taken().is_empty() {
            say!();
        }
        self.tell_steps();
        if let Some(goal) = self.goal {
            say!();
            paragraph(&format!("The goal is outcome {}: {}", goal + 1, self.game.goals()[goal].text()));
            self.tell_goal();
        }
        if let Some(over) = self.ended_by_schedule() {
            return Ok(over);
        }
        loop {
            self.look_further()?;
            self.ask();
            let mut line = Vec::new();
            let read = input.read_until(b'\n', &mut line);
            match read {
                Ok(0) => {
                    say!("\nThe input has ended, and so does the game.");
                    self.tell_schedule();
                    return Ok(ExitCode::SUCCESS);
                }
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(Usage(format!("the standard input cannot be read: {error}"))),
            }
            let line = String::from_utf8_lossy(&line).into_owned();
            if !is_terminal() {
                say!("{}", fitted(line.trim()));
            }
            match typed(&line, self.game.choices().len()) {
                Err(why) => paragraph(&why),
                Ok(what) => {
                    if let Next::Over(code) = self.follow(what)? {
                        return Ok(code);
                    }
                }
            }
        }
    }

    /// Extends the tree, if what can step here was not explored, or if it is not known whether the goal can be reached.
    fn look_further(&mut self) -> Result<(), Usage> {
        let goal = self.goal.map(|goal| self.game.status(&self.game.goals()[goal]));
        if self.game.is_at_a_cut() || goal == Some(Status::Unknown) {
            let tree = self.table.tree(self.game.picks())?;
            self.game.extend(tree);
        }
        Ok(())
    }

    /// What a choice would do: the steps of its thread, and whether another one has no choice then but to go on.
    fn would(&self, choice: &Choice) -> String {
        let is_own = |step: &&linear::Step| step.thread == choice.thread;
        let own = self.game.steps_of(choice).take_while(is_own);
        let mut parts: Vec<String> = own.map(|step| told(step, &self.table.program)).collect();
        if let Some(other) = self.game.steps_of(choice).find(|step| !is_own(step)) {
            parts.push(format!("then thread {} alone", other.thread));
        }
        if parts.is_empty() { "go on (nothing that is drawn)".to_owned() } else { parts.join("; ") }
    }

    fn ask(&self) {
        say!();
        if self.game.end().is_some() {
            say!("The execution is over. Type u to undo, o for the outcomes, q to quit.");
        } else {
            say!("Which thread steps next? (? for help)");
            for (number, choice) in self.game.choices().iter().enumerate() {
                say!(
                    "{}",
                    fitted(&format!("  {}  thread {}: {}", number + 1, choice.thread, self.would(choice)))
                );
            }
        }
        write_out(format_args!("> "));
    }

    /// What the subject looks like, under a head.
    fn print_state(&self, when: &str) {
        let Some(look) = self.game.tree().start.map(|start| &self.game.tree().looks[start]) else { return };
        let lines = lines(look);
        if lines.is_empty() {
            return;
        }
        say!("\n{}", self.style.line(Colour::Dim, when, ":"));
        self.print_look(&lines);
    }

    fn print_look(&self, lines: &[String]) {
        for line in lines.iter().flat_map(|line| wrapped(line, width().saturating_sub(20))) {
            say!("{}", self.style.line(Colour::Dim, "                  │ ", &line));
        }
    }

    /// Prints the steps that have not been printed.
    fn tell_steps(&mut self) {
        let taken = self.game.taken();
        let mut before = taken.iter().take(self.printed).rev().find_map(|step| step.look).map(lines);
        if before.is_none() {
            before = self.game.tree().start.map(|start| lines(&self.game.tree().looks[start]));
        }
        for step in taken.iter().skip(self.printed) {
            let head = format!("  {:>4}  thread {}  ", step.number, step.step.thread);
            let text = told(step.step, &self.table.program);
            for (at, line) in wrapped(&text, width().saturating_sub(head.len())).iter().enumerate() {
                say!("{}{line}", if at == 0 { head.clone() } else { " ".repeat(head.len()) });
            }
            let look = step.look.map(lines);
            if let Some(look) = look.filter(|look| Some(look) != before.as_ref()) {
                self.print_look(&look);
                before = Some(look);
            }
        }
        self.printed = taken.len();
    }

    /// Does what was typed.
    fn follow(&mut self, what: Typed) -> Result<Next, Usage> {
        match what {
            Typed::Quit => return Ok(Next::Over(ExitCode::SUCCESS)),
            Typed::Help => HELP.iter().for_each(|(what, does)| say!("  {what:<8}{does}")),
            Typed::Outcomes => self.tell_outcomes()?,
            Typed::Goal(number) => match self.aim(number) {
                Ok(()) => {
                    say!("The goal is outcome {number}.");
                    self.look_further()?;
                    self.tell_goal();
                }
                Err(why) => paragraph(&why),
            },
            Typed::Undo(times) => self.undo(times),
            Typed::Steps(of_list, times) => {
                let thread = self.game.choices()[of_list - 1].thread;
                return self.go(thread, |session, made| made < times && session.can_step(thread));
            }
            Typed::On => {
                let Some(thread) = self.last.filter(|thread| self.can_step(*thread)) else {
                    say!("No thread goes on: pick one from the list.");
                    return Ok(Next::Asks);
                };
                let look = self.look_lines();
                return self
                    .go(thread, |session, _| session.can_step(thread) && session.look_lines() == look);
            }
            Typed::Call(thread) => {
                if !self.can_step(thread) {
                    say!("Thread {thread} cannot step here.");
                    return Ok(Next::Asks);
                }
                let returned = self.returns(thread);
                return self.go(thread, |session, _| {
                    session.can_step(thread) && session.returns(thread) == returned
                });
            }
        }
        Ok(Next::Asks)
    }

    fn can_step(&self, thread: usize) -> bool {
        self.game.choices().iter().any(|choice| choice.thread == thread)
    }

    fn look_lines(&self) -> Vec<String> {
        self.game.look().map(lines).unwrap_or_default()
    }

    /// How many calls of a thread have returned.
    fn returns(&self, thread: usize) -> usize {
        let taken = self.game.taken();
        taken.iter().filter(|taken| taken.step.thread == thread && taken.step.action == "Return").count()
    }

    /// Lets a thread step, and again for as long as `goes_on` says so, after so many times.
    fn go(&mut self, thread: usize, goes_on: impl Fn(&Session<'_>, usize) -> bool) -> Result<Next, Usage> {
        let mut made = 0;
        say!();
        while made == 0 || goes_on(self, made) {
            let before = self.goal_status();
            self.look_further()?;
            if !self.game.pick(thread) {
                break;
            }
            made += 1;
            self.last = Some(thread);
            self.tell_steps();
            let now = self.goal_status();
            if now != before && !matches!(now, Some(Status::Reached)) {
                self.tell_goal();
                break;
            }
        }
        Ok(self.at_the_end())
    }

    fn undo(&mut self, times: usize) {
        let undone = (0..times).take_while(|_| self.game.undo()).count();
        self.printed = self.game.taken().len();
        self.last = self.game.picks().last().copied();
        match undone {
            0 => say!("There is no choice to take back."),
            _ => {
                say!("Taken back. After {} it looks like this:", count(self.printed, "step"));
                self.print_look(&self.look_lines());
            }
        }
    }

    fn goal_status(&self) -> Option<Status> {
        self.goal.map(|goal| self.game.status(&self.game.goals()[goal]))
    }

    /// What there is to say of the goal, unless it can still be reached.
    fn tell_goal(&self) {
        let (Some(goal), Some(status)) = (self.goal, self.goal_status()) else { return };
        let number = goal + 1;
        match status {
            Status::Reached | Status::Possible => {}
            Status::Never => paragraph(&format!(
                "Outcome {number} cannot be reached: no execution that can be played has it."
            )),
            Status::Lost(Some(step)) => paragraph(&format!(
                "Step {step} has lost the goal: outcome {number} can no longer be reached. u takes it back."
            )),
            Status::Lost(None) => {
                paragraph(&format!("Outcome {number} cannot be reached from here. u takes the choice back."));
            }
            Status::Unknown => paragraph(&format!(
                "Whether outcome {number} can still be reached is not known{}.",
                self.game.cut().map_or_else(String::new, |cut| format!(": {}", why_cut(cut)))
            )),
        }
    }

    fn tell_schedule(&self) {
        let picks: Vec<String> = self.game.picks().iter().map(ToString::to_string).collect();
        if picks.is_empty() {
            return;
        }
        say!("To see it again:\n  {} --schedule {}", self.table.command, picks.join(","));
    }

    /// The outcome of the execution, if it is over.
    fn reached(&self) -> Option<(usize, &Goal)> {
        let end = self.game.end()?;
        self.game.goals().iter().enumerate().find(|(_, goal)| goal.end == *end)
    }

    /// What is said at the end of an execution. The game is over when the goal was reached.
    fn at_the_end(&self) -> Next {
        let Some((number, goal)) = self.reached() else { return Next::Asks };
        say!();
        let what = format!("{}: {}", number + 1, goal.text());
        let failed = goal.end.failure.is_some();
        let colour = if failed { Colour::Red } else { Colour::Green };
        for (at, line) in wrapped(&what, width().saturating_sub(9)).iter().enumerate() {
            let head = if at == 0 { "OUTCOME " } else { "        " };
            say!("{}", self.style.line(colour, head, line));
        }
        if let Some((_, message)) = goal.end.failure.as_ref().filter(|_| goal.end.outcome.is_some()) {
            paragraph(&format!("This must not happen: {message}"));
        }
        match self.goal {
            Some(goal) if goal == number => {
                say!("{}", self.style.line(Colour::Green, "The goal is reached.", ""));
                self.tell_schedule();
                Next::Over(ExitCode::SUCCESS)
            }
            Some(_) => {
                self.tell_goal();
                Next::Asks
            }
            None => {
                self.tell_schedule();
                Next::Asks
            }
        }
    }

    /// The schedule on the command line was one of a whole execution: how it has ended.
    fn ended_by_schedule(&self) -> Option<ExitCode> {
        let (number, goal) = self.reached()?;
        let failed = goal.end.failure.is_some() || self.goal.is_some_and(|goal| goal != number);
        self.at_the_end();
        Some(ExitCode::from(u8::from(failed)))
    }

    /// The table of the outcomes.
    fn tell_outcomes(&mut self) -> Result<(), Usage> {
        if self.game.cut().is_some() {
            let tree = self.table.tree(self.game.picks())?;
            self.game.extend(tree);
        }
        for (number, goal) in self.game.goals().iter().enumerate() {
            let status = match self.game.status(goal) {
                Status::Reached => "reached".to_owned(),
                Status::Possible => "can be reached".to_owned(),
                Status::Never => "never: no execution that can be played has it".to_owned(),
                Status::Lost(Some(step)) => {
                    format!("no longer: the last choice that lost it was step {step}")
                }
                Status::Lost(None) => "no longer".to_owned(),
                Status::Unknown => "not known".to_owned(),
            };
            let mark = if self.goal == Some(number) { "*" } else { " " };
            let unexpected = if goal.expected == Some(false) { "; the specification FORBIDS it" } else { "" };
            for (at, line) in wrapped(&goal.text(), width().saturating_sub(8)).iter().enumerate() {
                let head = if at == 0 { format!("{mark}{:>3}", number + 1) } else { "    ".to_owned() };
                say!("{head}  {line}");
            }
            say!("      {status}{unexpected}");
        }
        if let Some(cut) = self.game.cut() {
            paragraph(&format!("Not everything from here on is known: {}.", why_cut(cut)));
        }
        Ok(())
    }
}
