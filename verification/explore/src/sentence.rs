//! What went wrong, in a sentence or two, from what a failing execution has left: its history, and its steps.
//!
//! Of memory: which object, who had retired or freed it, and who still held or used it. Objects are called as the steps call them.

use linear::{Failure, History, Program, Step, why_not_linearizable};

/// What went wrong, if it can be worked out. `history` is what was seen of the execution, if it came to its end; without `real_time` an order
/// need not keep what returned before what was called.
pub fn sentence(
    program: &Program,
    failure: &Failure,
    history: Option<&History>,
    real_time: bool,
) -> Option<String> {
    if failure.kind == "not linearizable" {
        return why_not_linearizable(program, history?, real_time);
    }
    of_memory(program, failure).map(|sentence| in_names(&sentence, &failure.steps))
}

/// A sentence in which each object has its stable name, if the execution was watched: `slot(a)`, not `slot #7`.
fn in_names(sentence: &str, steps: &[Step]) -> String {
    let mut names: Vec<(&str, &str)> = steps
        .iter()
        .filter_map(|step| Some((step.object.as_str(), step.shown.as_ref()?.object.as_str())))
        .collect();
    // `slot #12` before `slot #1`.
    names.sort_unstable_by_key(|(object, _)| std::cmp::Reverse(object.len()));
    names.dedup();
    names.into_iter().fold(sentence.to_owned(), |sentence, (object, name)| sentence.replace(object, name))
}

fn of_memory(program: &Program, failure: &Failure) -> Option<String> {
    let memory = Memory { program, steps: &failure.steps };
    let (message, steps) = (failure.message.as_str(), &failure.steps);
    match failure.kind.as_str() {
        _ if steps.is_empty() => None,
        "use after free" => memory.use_after_free(message),
        "double retire" => memory.double_retire(message),
        "double free" => memory.double_free(message),
        "leak" => memory.leak(message),
        "live guard" => memory.live_guard(message),
        "data race" => memory.data_race(),
        "deadlock" => memory.deadlock(),
        _ => None,
    }
}

/// The steps of an execution, to be asked who did what.
struct Memory<'f> {
    program: &'f Program,
    steps: &'f [Step],
}

/// The object that a message is about: `use after free: value #9 is used by thread 1` is about `value #9`.
fn object_of(message: &str) -> Option<String> {
    let (_, rest) = message.split_once(": ")?;
    let (kind, rest) = rest.split_once(" #")?;
    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (!number.is_empty() && !kind.contains([',', ':', '('])).then(|| format!("{kind} #{number}"))
}

/// The number that follows a word.
fn number_after(message: &str, word: &str) -> Option<usize> {
    let (_, rest) = message.split_once(word)?;
    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
    number.parse().ok()
}

/// Whether a value, as a step shows it, leads to this object: `#9, tag 1` to `value #9`.
fn leads_to(value: Option<&String>, object: &str) -> bool {
    let number = object.rsplit(' ').next();
    let shown = value.map(|value| value.split(',').next().unwrap_or(value));
    number.is_some() && shown == number
}

impl Memory<'_> {
    /// The call that a thread is inside of, before the step at this place.
    fn call(&self, thread: usize, before: usize) -> Option<String> {
        let is_of = |step: &&Step| step.thread == thread && matches!(step.action.as_str(), "Call" | "Return");
        let last = self.steps.get(..before)?.iter().rev().find(is_of)?;
        let number: usize = last.object.rsplit('#').next()?.parse().ok()?;
        let call = self.program.threads.get(thread)?.get(number)?;
        (last.action == "Call").then(|| format!("`{call}` of thread {thread}"))
    }

    /// Who makes the step at this place.
    fn who(&self, at: usize) -> String {
        let thread = self.steps.get(at).map_or(usize::MAX, |step| step.thread);
        match self.call(thread, at) {
            Some(call) => call,
            None if thread >= self.program.threads.len() => "the set-up".to_owned(),
            None => format!("thread {thread}, after its last call,"),
        }
    }

    /// Where something was done last with an object, before a place.
    fn last(&self, action: &str, object: &str, before: usize) -> Option<usize> {
        let steps = self.steps.get(..before)?;
        steps.iter().rposition(|step| step.action == action && step.object == object)
    }

    /// Where the guard was taken that protects a thread at the end: of those that it has, the oldest.
    fn guard(&self, thread: usize) -> Option<usize> {
        let mut alive: Vec<(usize, &str)> = Vec::new();
        for (at, step) in self.steps.iter().enumerate().filter(|(_, step)| step.thread == thread) {
            match step.action.as_str() {
                "Pin" => alive.push((at, &step.object)),
                "Unpin" => alive.retain(|(_, guard)| *guard != step.object),
                _ => {}
            }
        }
        alive.first().map(|(at, _)| *at)
    }

    fn use_after_free(&self, message: &str) -> Option<String> {
        let object = object_of(message)?;
        let end = self.steps.len();
        // The model's own thread, number 0, runs the last thread of the program.
        let last_thread = self.program.threads.len().checked_sub(1)?;
        let thread = match number_after(message, "is used by thread ") {
            Some(0) => last_thread,
            Some(number) => number - 1,
            None => self.steps.last()?.thread,
        };
        let user = self.call(thread, end).unwrap_or_else(|| format!("thread {thread}"));
        let retired = self.last("Retire", &object, end);
        let freed = self.last("Free", &object, end);
        let how = match (retired, freed) {
            (Some(retired), Some(freed)) if self.who(retired) == self.who(freed) => {
                format!("{} had retired and freed", self.who(retired))
            }
            (Some(retired), Some(freed)) => {
                format!("{} had retired and {} had freed", self.who(retired), self.who(freed))
            }
            (Some(retired), None) => format!("{} had retired", self.who(retired)),
            (None, Some(freed)) => format!("{} had freed without retiring it", self.who(freed)),
            (None, None) => return None,
        };
        let gone = retired.or(freed)?;
        let is_own = freed.is_some_and(|freed| self.who(freed) == user) && self.guard(thread).is_some();
        if is_own && retired.is_none() {
            return Some(format!(
                "{user} uses {object} after it has freed it itself, without retiring it, under a guard of its own."
            ));
        }
        let guard = match self.guard(thread) {
            Some(guard) if guard < gone => {
                format!("Thread {thread} has held a guard since before that, and was not waited for.")
            }
            Some(_) => {
                format!("Thread {thread} took its guard after that, so nothing should have led it there.")
            }
            None => format!("Thread {thread} holds no guard."),
        };
        Some(format!("{user} uses {object}, which {how}. {guard}"))
    }

    fn double_retire(&self, message: &str) -> Option<String> {
        let object = object_of(message)?;
        let second = self.last("Retire", &object, self.steps.len())?;
        let first = self.last("Retire", &object, second)?;
        Some(format!("{} retires {object}, which {} had retired already.", self.who(second), self.who(first)))
    }

    fn double_free(&self, message: &str) -> Option<String> {
        let object = object_of(message)?;
        let end = self.steps.len();
        let freed = self.last("Free", &object, end);
        // A retirement that is refused was written down before it was.
        let is_second = |at: usize| at + 1 == end && freed.is_some();
        let retired = self.last("Retire", &object, end).filter(|at| !is_second(*at));
        let first = match (retired, freed) {
            (_, Some(freed)) => format!("{} had freed already", self.who(freed)),
            (Some(retired), None) => format!("{} had retired: the epoch frees it", self.who(retired)),
            (None, None) => return None,
        };
        Some(format!("{} frees {object}, which {first}.", self.who(end - 1)))
    }

    fn leak(&self, message: &str) -> Option<String> {
        let object = object_of(message)?;
        let made = self.last("Allocate", &object, self.steps.len())?;
        let takes_out = |step: &Step| {
            matches!(step.action.as_str(), "Exchange" | "Store")
                && leads_to(step.seen.as_ref(), &object)
                && !leads_to(step.written.as_ref(), &object)
        };
        let puts_in = |step: &Step| leads_to(step.written.as_ref(), &object);
        let taken = self.steps.iter().rposition(takes_out);
        let put = self.steps.iter().any(puts_in);
        let fate = match taken {
            Some(at) => format!("{} took it out of {}, and", self.who(at), self.steps[at].object),
            None if put => "it was in its place to the end, and".to_owned(),
            None => "it was never put anywhere, and".to_owned(),
        };
        Some(format!("{} made {object}; {fate} nobody retired or freed it.", self.who(made)))
    }

    fn live_guard(&self, message: &str) -> Option<String> {
        let guard = format!("guard #{}", number_after(message, "guard ")?);
        let taken = self.last("Pin", &guard, self.steps.len())?;
        Some(format!("{} took a guard and never gave it up.", self.who(taken)))
    }

    /// What the last step used, and who wrote that: when it was made, or destroyed.
    fn data_race(&self) -> Option<String> {
        let end = self.steps.len();
        let last = self.steps.last()?;
        let is_write = |step: &Step| matches!(step.action.as_str(), "Allocate" | "Free");
        let writes = is_write(last);
        let by_another = |step: &Step| {
            step.object == last.object
                && step.thread != last.thread
                && (is_write(step) || writes && step.action == "Dereference")
        };
        let other = self.steps[..end - 1].iter().rposition(by_another)?;
        let what = |step: &Step| match step.action.as_str() {
            "Allocate" => "made",
            "Free" => "freed",
            _ => "read",
        };
        let now = match what(last) {
            "made" => "makes",
            "freed" => "frees",
            _ => "reads",
        };
        Some(format!(
            "{} {now} {}, which {} {}, and no ordering says which comes first.",
            self.who(end - 1),
            last.object,
            self.who(other),
            what(&self.steps[other])
        ))
    }

    /// The calls that do not return, and the mutexes that they have.
    fn deadlock(&self) -> Option<String> {
        let end = self.steps.len();
        let mut told = Vec::new();
        for thread in 0..self.program.threads.len() {
            let Some(call) = self.call(thread, end) else { continue };
            let mut held: Vec<&str> = Vec::new();
            let mut waits = None;
            for step in self.steps.iter().filter(|step| step.thread == thread) {
                waits = (step.action == "Wait").then_some(step.object.as_str());
                match step.action.as_str() {
                    "Lock" => held.push(&step.object),
                    "Unlock" => held.retain(|mutex| *mutex != step.object),
                    _ => {}
                }
            }
            let has = if held.is_empty() { String::new() } else { format!("holds {} and ", held.join(", ")) };
            told.push(match waits {
                Some(condition) => format!("{call} waits for {condition}, and nobody wakes it"),
                None => format!("{call} {has}waits for ever"),
            });
        }
        (!told.is_empty()).then(|| format!("{}.", told.join("; ")))
    }
}
