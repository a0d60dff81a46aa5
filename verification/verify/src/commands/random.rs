//! `cargo verify mutants --random`.

use super::options::Options;
use super::run::pool_settings;
use super::usage::Usage;
use runner::console::Format;
use runner::say;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use verify::gallery::copy::Tree;
use verify::gallery::random::{self, Fate};
use verify::gallery::random_edits::{LineEdit, drawn};
use verify::gallery::random_kept::{Draw, Trial, Tried};

/// Random edits of the core: each is killed, or listed. What became of them is kept as it goes; what was killed before is not
/// tried again.
pub(crate) fn random_edits(count: usize, tree: &Tree, options: &Options) -> Result<ExitCode, Usage> {
    let settings = pool_settings(options)?;
    let edits = drawn(random::all().map_err(Usage)?, count, options.seed);
    tree.build().map_err(|error| Usage(format!("the tree does not build, before any edit: {error}")))?;
    let (before, forgotten) = Tried::kept_and_forgotten().map_err(Usage)?;
    if options.format == Format::Text {
        forgotten.iter().for_each(|edit| say!("forgotten  its line has changed: {edit}"));
    }
    let mut tried = Draw { seed: options.seed, drawn: edits.len(), edits: Vec::new() };
    for edit in edits {
        if settings.interrupted.load(Ordering::Relaxed) {
            break;
        }
        let fate = match before.fate_of(&edit) {
            Some(fate) => fate,
            None => random::try_edit(tree, &edit, &settings).map_err(Usage)?,
        };
        if fate == Fate::Unknown {
            break;
        }
        tell(&edit, &fate, options.format);
        tried.edits.push(Trial { edit, fate });
        before.clone().with(&tried).keep().map_err(Usage)?;
    }
    let counts = tried.counts(&random::equivalents().map_err(Usage)?);
    match options.format {
        Format::Json => say!(
            "{}",
            serde_json::json!({ "kind": "summary", "edits": tried.drawn, "seed": options.seed, "killed": counts.killed,
                "survived": counts.survived, "equivalent": counts.equivalent, "stillborn": counts.stillborn,
                "truncated": counts.left })
        ),
        Format::Text => say!(
            "{} of {} edits killed, {} survived, {} make no difference; {} do not compile, {} not tried (seed {})",
            counts.killed,
            counts.killed + counts.survived + counts.equivalent,
            counts.survived,
            counts.equivalent,
            counts.stillborn,
            counts.left,
            options.seed
        ),
    }
    Ok(ExitCode::from(match (counts.survived, counts.left) {
        (0, 0) => 0,
        (0, _) => 3,
        _ => 1,
    }))
}

fn tell(edit: &LineEdit, fate: &Fate, format: Format) {
    if format == Format::Json {
        say!("{}", serde_json::json!({ "kind": "random", "edit": edit, "fate": fate }));
        return;
    }
    let what = match fate {
        Fate::Killed(by) => format!("killed     by {by}"),
        Fate::Survived => "SURVIVED".into(),
        other => format!("{other:?}").to_lowercase(),
    };
    let LineEdit { file, function, before, after, .. } = edit;
    say!("{what}\n           {file}, in `{function}`\n         - {before}\n         + {after}");
}
