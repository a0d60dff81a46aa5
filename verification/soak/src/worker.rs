//! The process of a spell. It says on its standard output how it goes, a line of JSON at a time; what kills it, its parent sees.

use crate::builds::Build;
use crate::failure;
use crate::hand;
use crate::load::Load;
use crate::spell::{Spell, Tally, Wrong, run};
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::io::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What a worker says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum News {
    /// It goes on.
    Beat(Tally),
    /// It is over, and nothing was wrong.
    End(Tally),
    /// Something is wrong.
    Failure(Found),
}

/// A failure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Found {
    /// Its kind: as in `linear::Failure`.
    pub failure: String,
    /// In words.
    pub message: String,
    /// The calls, if no order explains them: a line each.
    #[serde(default)]
    pub calls: Vec<String>,
    /// The file that `explain` draws, if there can be one.
    #[serde(default)]
    pub file: Option<serde_json::Value>,
    /// Why there is none.
    #[serde(default)]
    pub no_file: Option<String>,
}

/// So often at most a worker says that it goes on.
const BEAT: Duration = Duration::from_millis(200);

fn say(news: &News) {
    let line = serde_json::to_string(news).expect("plain data");
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        // The parent is gone: nobody has a use for what would come.
        std::process::exit(1);
    }
}

/// What a panic says.
fn text(payload: &(dyn Any + Send)) -> &str {
    let owned = || payload.downcast_ref::<String>().map(String::as_str);
    payload.downcast_ref::<&str>().copied().or_else(owned).unwrap_or("a panic without a text")
}

/// Runs a spell. The exit status: 0 if nothing was wrong, 1 otherwise.
pub fn serve(
    subject: &str,
    load: &str,
    build: &str,
    threads: usize,
    seed: u64,
    millis: u64,
) -> Result<u8, String> {
    let known =
        Load::by_name(subject, load).ok_or_else(|| format!("there is no load `{load}` of `{subject}`"))?;
    let of = Build::by_name(build).ok_or_else(|| format!("there is no build `{build}`: plain or paused"))?;
    let spell = Spell { load: known, build: of, threads, seed, time: Duration::from_millis(millis) };
    std::panic::set_hook(Box::new(|panic| {
        let text = text(panic.payload());
        let place = panic
            .location()
            .map_or_else(String::new, |place| format!(" ({}:{})", place.file(), place.line()));
        let kind = ["use after free", "double free"]
            .into_iter()
            .find(|kind| text.starts_with(kind))
            .unwrap_or("panic");
        say(&News::Failure(Found::without_calls(kind, format!("{text}{place}"))));
        std::process::exit(1);
    }));
    let said = Mutex::new(Instant::now());
    let beat = |tally: &Tally| {
        let mut said = said.lock().expect("a panic ends the process");
        if said.elapsed() >= BEAT {
            *said = Instant::now();
            say(&News::Beat(*tally));
        }
    };
    match run(&spell, hand::cost(), &beat) {
        Ok(tally) => {
            say(&News::End(tally));
            Ok(0)
        }
        Err(wrong) => {
            say(&News::Failure(found(&spell, wrong)));
            Ok(1)
        }
    }
}

impl Found {
    pub(crate) fn without_calls(kind: &str, message: String) -> Found {
        Found { failure: kind.to_owned(), message, calls: Vec::new(), file: None, no_file: None }
    }
}

fn found(spell: &Spell, wrong: Wrong) -> Found {
    let mut found = Found::without_calls(wrong.kind, wrong.message);
    if let Some(unexplained) = wrong.unexplained {
        let unexplained = failure::smaller(spell.load.meaning, *unexplained);
        found.calls = failure::lines(spell.load, &unexplained);
        match failure::file(spell.load, &unexplained, spell.seed, spell.build.name()) {
            Ok(file) => found.file = Some(file),
            Err(why) => found.no_file = Some(why),
        }
    }
    found
}
