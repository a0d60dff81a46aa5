//! `cargo verify mutants --random`.

use crate::cli::Options;
use crate::{Usage, pool_settings};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use verify::console::Format;
use verify::mutants::random::{self, Fate, LineEdit};
use verify::mutants::tree::Tree;
use verify::mutants::tried::{Trial, Tried};

/// Random edits of the core: each is killed, or listed. What became of them is kept as it goes; what was killed before is not
/// tried again.
pub(crate) fn random_edits(count: usize, tree: &Tree, options: &Options) -> Result<ExitCode, Usage> {
    let settings = pool_settings(options)?;
    let edits = random::drawn(random::all().map_err(Usage)?, count, options.seed);
    tree.build().map_err(|error| Usage(format!("the tree as it is does not build: {error}")))?;
    let before = Tried::kept().map_err(Usage)?;
    let mut tried = Tried { seed: options.seed, drawn: edits.len(), edits: Vec::new() };
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
        let shorter = tried.seed == before.seed && tried.edits.len() < before.edits.len();
        if !shorter {
            tried.keep().map_err(Usage)?;
        }
    }
    let counts = tried.counts(&random::equivalents().map_err(Usage)?);
    match options.format {
        Format::Json => println!(
            "{}",
            serde_json::json!({ "kind": "summary", "edits": tried.drawn, "seed": options.seed, "killed": counts.killed,
                "survived": counts.survived, "equivalent": counts.equivalent, "stillborn": counts.stillborn,
                "truncated": counts.left })
        ),
        Format::Text => println!(
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
        println!("{}", serde_json::json!({ "kind": "random", "edit": edit, "fate": fate }));
        return;
    }
    let what = match fate {
        Fate::Killed(by) => format!("killed     by {by}"),
        Fate::Survived => "SURVIVED".into(),
        other => format!("{other:?}").to_lowercase(),
    };
    let LineEdit { file, line, before, after } = edit;
    println!("{what}\n           {file}:{line}\n         - {before}\n         + {after}");
}
