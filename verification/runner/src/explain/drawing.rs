//! An execution as columns: one for each thread, time going down, and what the subject looks like at the side.

use super::cells::lines;
use super::excerpt::{Excerpts, names, place};
use super::execution::Execution;
use super::fold::is_of_a_call;
use super::seen::Seen;
use crate::style::{count, wrapped};
use linear::{Program, Snapshot, Step};

/// How an execution is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Drawing<'p> {
    /// The program, whose calls are shown.
    pub program: Option<&'p Program>,
    /// At most so many columns, where that is possible.
    pub width: usize,
    /// Draw each step, also those that say little.
    pub all: bool,
    /// The execution stopped in the middle, at its last step.
    pub stopped: bool,
    /// Lines of the source, if they are known: with each step drawn, they say what it is in the specification.
    pub source: Option<&'p Excerpts>,
}

/// The narrowest column of a thread.
const NARROWEST: usize = 12;

/// The widest column of what the subject looks like.
const WIDEST_STATE: usize = 34;

/// A drawing of this width has room for orderings and lines of the source.
const WIDE: usize = 110;

/// The widths of the threads' columns, of which there are so many characters in all: as wide as what is in them, or as is left.
fn widths(wanted: Vec<usize>, all: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = wanted.into_iter().map(|width| width.clamp(NARROWEST, 60)).collect();
    while widths.iter().sum::<usize>() > all {
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROWEST => *widest -= 1,
            _ => break,
        }
    }
    widths
}

/// A line of the drawing.
enum Row<'s> {
    /// A step, by its number, as text.
    Step(usize, Seen<'s>, String),
    /// So many steps that are folded, and what the subject looks like after them.
    Folded(usize, Option<&'s Snapshot>),
}

/// So many facts are read at a glance; of more, only those that have changed are drawn.
const FEW_FACTS: usize = 3;

/// What is different in the second snapshot: nothing, if it looks the same. A table is drawn beside the others, with which it is compared.
pub(super) fn changed(before: Option<&Snapshot>, now: &Snapshot) -> Vec<String> {
    let (old, mut new) = (before.map(lines).unwrap_or_default(), lines(now));
    if old == new {
        return Vec::new();
    }
    if now.tables.is_empty() && now.facts.len() > FEW_FACTS {
        new.retain(|line| !old.contains(line));
    }
    new
}

/// The columns of a drawing.
struct Columns {
    threads: Vec<usize>,
    /// What the subject looks like, if it was watched.
    state: Option<usize>,
    /// Orderings and lines of the source are shown.
    side: bool,
}

impl Columns {
    /// A line with these cells.
    fn line(&self, head: &str, cells: &[String], state: &str, side: &str) -> String {
        let cells: Vec<String> =
            self.threads.iter().zip(cells).map(|(width, cell)| format!("{cell:width$}")).collect();
        let state = self.state.map_or_else(String::new, |width| format!(" │ {state:width$}"));
        format!("  {head:>3}  {}{state}   {side}", cells.join(" │ "))
    }

    /// So many steps that are folded, and what the subject looks like after them, if it has changed.
    fn folded(&self, so_many: usize, state: &[String]) -> Vec<String> {
        let text = format!("· {}", count(so_many, "step"));
        if state.is_empty() {
            return vec![format!("       {text}")];
        }
        self.step("", Some((0, &text)), state, "")
    }

    /// The same, with a text in the column of a thread, and lines in that of the state: as many lines as it takes.
    fn step(&self, head: &str, at: Option<(usize, &str)>, state: &[String], side: &str) -> Vec<String> {
        let text = at.map_or_else(Vec::new, |(thread, text)| wrapped(text, self.threads[thread]));
        let width = self.state.unwrap_or(0);
        let state: Vec<String> = state.iter().flat_map(|text| wrapped(text, width)).collect();
        let part = |lines: &[String], part: usize| lines.get(part).cloned().unwrap_or_default();
        let line = |number| {
            let mut cells = vec![String::new(); self.threads.len()];
            if let Some((thread, _)) = at {
                cells[thread] = part(&text, number);
            }
            let (head, side) = if number == 0 { (head, side) } else { ("", "") };
            self.line(head, &cells, &part(&state, number), side)
        };
        (0..text.len().max(state.len())).map(line).collect()
    }
}

impl Drawing<'_> {
    /// How many of these steps are drawn beside the calls and the returns, if not all are asked for.
    pub fn unfolded(&self, steps: &[Step]) -> usize {
        let execution = Execution::new(steps, self.program, self.stopped);
        let drawn = execution.steps.iter().zip(&execution.drawn);
        drawn.filter(|(seen, drawn)| **drawn && !is_of_a_call(seen.step)).count()
    }

    /// What the source says of a step, if each step is drawn: what it is in the specification, and whether the call takes effect there.
    fn names(&self, execution: &Execution<'_>, at: usize) -> String {
        let source = self.source.filter(|_| self.all);
        let operation = execution.operation(at, self.program);
        let names = source.map(|source| names(source, execution.steps[at].step, operation));
        names.filter(|names| !names.is_empty()).map_or_else(String::new, |names| format!(" ({names})"))
    }

    /// The rows, with what says little folded.
    fn rows<'s>(&self, execution: &Execution<'s>, orderings: bool) -> Vec<Row<'s>> {
        let mut rows = Vec::new();
        for (at, (seen, drawn)) in execution.steps.iter().zip(&execution.drawn).enumerate() {
            match (self.all || *drawn, rows.last_mut()) {
                (true, _) => {
                    let mut text = execution.cell(at, self.program, orderings);
                    text.push_str(&self.names(execution, at));
                    rows.push(Row::Step(at + 1, *seen, text));
                }
                (false, Some(Row::Folded(so_many, after))) => {
                    (*so_many, *after) = (*so_many + 1, seen.after.or(*after));
                }
                (false, _) => rows.push(Row::Folded(1, seen.after)),
            }
        }
        rows
    }

    /// The columns that these rows need, or as much of them as there is room for.
    fn columns(&self, rows: &[Row<'_>], start: Option<&Snapshot>, side: bool) -> Columns {
        let threads = self.program.map_or(1, |program| program.threads.len());
        let steps: Vec<(&Seen<'_>, &String)> = rows
            .iter()
            .filter_map(|row| match row {
                Row::Step(_, seen, text) => Some((seen, text)),
                Row::Folded(..) => None,
            })
            .collect();
        let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
        let wanted = (0..threads).map(|thread| {
            let cells = steps.iter().filter(|(seen, _)| seen.step.thread == thread);
            widest(&mut cells.map(|(_, cell)| cell.chars().count()))
        });
        let room = self.width.saturating_sub(7 + 3 * threads);
        let states = rows.iter().filter_map(|row| match row {
            Row::Step(_, seen, _) => seen.after,
            Row::Folded(_, after) => *after,
        });
        let states: Vec<&Snapshot> = states.chain(start).collect();
        let state = (!states.is_empty()).then(|| {
            let lines = states.into_iter().flat_map(lines);
            widest(&mut lines.map(|line| line.chars().count())).clamp(14, WIDEST_STATE.min(room / 3).max(14))
        });
        let places = if side {
            widest(&mut steps.iter().map(|(seen, _)| place(seen.step).chars().count()))
        } else {
            0
        };
        let beside = places + state.map_or(0, |state| state + 3);
        Columns { threads: widths(wanted.collect(), room.saturating_sub(beside)), state, side }
    }

    /// The steps as text.
    pub fn text(&self, steps: &[Step]) -> String {
        let execution = Execution::new(steps, self.program, self.stopped);
        let (setup, start) = (execution.setup, execution.start);
        if execution.steps.is_empty() {
            return "  (none of the steps is one of a thread)\n".to_owned();
        }
        let side = !execution.is_watched() || self.width >= WIDE;
        let rows = self.rows(&execution, side);
        let columns = self.columns(&rows, start, side);
        let mut out = Vec::new();
        if setup > 0 {
            out.push(format!("  after {} of the set-up:", count(setup, "step")));
        }
        let heads: Vec<String> =
            (0..columns.threads.len()).map(|thread| format!("thread {thread}")).collect();
        out.push(columns.line("", &heads, "afterwards", ""));
        let bars: Vec<String> = columns.threads.iter().map(|width| "─".repeat(*width)).collect();
        let bar = columns.state.map_or_else(String::new, |width| format!("─┼─{}", "─".repeat(width)));
        out.push(format!("  ─────{}{bar}", bars.join("─┼─")));
        let mut before = start;
        out.extend(columns.step("", None, &start.map(lines).unwrap_or_default(), ""));
        for row in &rows {
            match row {
                Row::Folded(so_many, after) => {
                    let state = after.map_or_else(Vec::new, |now| changed(before, now));
                    out.extend(columns.folded(*so_many, &state));
                    before = after.or(before);
                }
                Row::Step(number, seen, text) => {
                    let state = seen.after.map_or_else(Vec::new, |now| changed(before, now));
                    let side = if columns.side { place(seen.step) } else { "" };
                    out.extend(columns.step(
                        &number.to_string(),
                        Some((seen.step.thread, text)),
                        &state,
                        side,
                    ));
                    before = seen.after.or(before);
                }
            }
        }
        out.iter().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}
