//! What a run has found: its JSON, and its summary.

use crate::process::Ended;
use crate::spell::{Spell, Tally};
use crate::worker::Found;
use serde::Serialize;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Outcome {
    /// Nothing was wrong in what was judged.
    Pass,
    /// Something was wrong.
    Failed,
    /// Nothing was wrong, and something was cut short or lost, or too much was not judged.
    Truncated,
}

/// A spell that is over.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The subject.
    pub subject: &'static str,
    /// The load.
    pub load: &'static str,
    /// The build.
    pub build: &'static str,
    /// Threads that were asked for.
    pub threads: usize,
    /// Its seed.
    pub seed: u64,
    /// `ok`, the kind of failure, `lost` or `interrupted`.
    pub ended: String,
    /// Why, if it is lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What was done.
    #[serde(flatten)]
    pub tally: Tally,
}

/// A failure, and where it is kept.
#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    /// The spell, by its place among the rows.
    pub spell: usize,
    /// What.
    pub failure: String,
    /// In words.
    pub message: String,
    /// The files.
    pub files: Vec<String>,
}

/// See the module.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Always `soak`.
    pub kind: &'static str,
    /// How it ended; or how it stands.
    pub verdict: Outcome,
    /// What was asked for: `map`, …, `all`.
    pub subject: String,
    /// The seed.
    pub seed: u64,
    /// Cores.
    pub cores: usize,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
    /// Whether what is wrong on purpose was found: without that, a run is no pass.
    pub sees_the_canary: bool,
    /// The sums of all spells; of `bytes` the largest.
    pub total: Tally,
    /// For what share of the processors' time calls were recorded, in percent: what one costs by measurement, times calls.
    pub recording_percent: f64,
    /// Each spell.
    pub spells: Vec<Row>,
    /// Each failure.
    pub failures: Vec<Kept>,
}

/// More than this share of operations that were not judged is no pass.
const MOST_NOT_JUDGED: f64 = 0.05;

impl Report {
    /// An empty one.
    pub fn new(subject: String, seed: u64) -> Report {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (total, spells, failures) = (Tally::default(), Vec::new(), Vec::new());
        let (kind, verdict, recording_percent) = ("soak", Outcome::Truncated, 0.0);
        let (interrupted, sees_the_canary) = (false, false);
        Report {
            kind,
            verdict,
            subject,
            seed,
            cores,
            interrupted,
            sees_the_canary,
            total,
            recording_percent,
            spells,
            failures,
        }
    }

    /// Adds a spell.
    pub fn add(&mut self, spell: &Spell, tally: Tally, ended: &Ended) {
        let total = &mut self.total;
        total.recorded += tally.recorded;
        total.judged += tally.judged;
        total.not_judged += tally.not_judged;
        total.windows += tally.windows;
        total.pauses += tally.pauses;
        total.bytes = total.bytes.max(tally.bytes);
        total.recording += tally.recording;
        total.seconds += tally.seconds;
        let (ended, why) = match ended {
            Ended::Well => {
                total.live += tally.live;
                ("ok".to_owned(), None)
            }
            Ended::Failed(Found { failure, .. }) => (failure.clone(), None),
            Ended::Lost(why) => ("lost".to_owned(), Some(why.clone())),
            Ended::Interrupted => ("interrupted".to_owned(), None),
        };
        let (subject, load, build) = (spell.load.subject, spell.load.name, spell.build.name());
        let (threads, seed) = (spell.threads, spell.seed);
        self.spells.push(Row { subject, load, build, threads, seed, ended, why, tally });
        let processors = self.total.seconds * self.cores as f64;
        self.recording_percent =
            if processors > 0.0 { 100.0 * self.total.recording / processors } else { 0.0 };
        self.verdict = self.outcome();
    }

    fn outcome(&self) -> Outcome {
        let has = |word: &str| self.spells.iter().any(|row| row.ended == word);
        let Tally { recorded, judged, not_judged, .. } = self.total;
        match () {
            () if !self.failures.is_empty() => Outcome::Failed,
            () if self
                .spells
                .iter()
                .any(|row| !["ok", "lost", "interrupted"].contains(&row.ended.as_str())) =>
            {
                Outcome::Failed
            }
            () if self.interrupted || has("lost") || has("interrupted") || judged == 0 => Outcome::Truncated,
            () if !self.sees_the_canary => Outcome::Truncated,
            () if not_judged as f64 > MOST_NOT_JUDGED * recorded as f64 => Outcome::Truncated,
            () => Outcome::Pass,
        }
    }

    /// The run has been interrupted.
    pub fn interrupt(&mut self) {
        self.interrupted = true;
        self.verdict = self.outcome();
    }

    /// The exit status.
    pub fn exit_status(&self) -> u8 {
        match self.verdict {
            Outcome::Pass => 0,
            Outcome::Failed => 1,
            Outcome::Truncated => 3,
        }
    }

    /// The end of the text.
    pub fn summary(&self) -> String {
        let Tally { recorded, judged, not_judged, windows, pauses, live, bytes, seconds, .. } = self.total;
        let mut lines = vec![format!(
            "recorded {recorded}, judged {judged} ({} a minute), not judged {not_judged}: operations, in {windows} windows of {} spells",
            if seconds > 0.0 { (judged as f64 * 60.0 / seconds) as u64 } else { 0 },
            self.spells.len(),
        )];
        lines.push(format!(
            "recording took {:.1}% of the processors' time; {pauses} pauses; at most {} MB of memory; {live} keys and values left",
            self.recording_percent,
            bytes / 1_000_000,
        ));
        let lost = self.spells.iter().filter(|row| row.ended == "lost").count();
        if lost > 0 {
            lines.push(format!("{lost} spells were lost: what they had not judged by then is not judged"));
        }
        lines.push(match self.verdict {
            Outcome::Pass => format!(
                "PASS  {judged} operations were judged, and each window has an order that explains it"
            ),
            Outcome::Failed => format!("FAILED  {} failures", self.failures.len()),
            Outcome::Truncated if self.interrupted => format!(
                "TRUNCATED  stopped by Ctrl-C; {judged} operations were judged, and nothing was wrong in them"
            ),
            Outcome::Truncated => format!(
                "TRUNCATED  {judged} operations were judged; a spell was lost, or too much was not judged"
            ),
        });
        lines.join("\n")
    }
}
