//! A configuration that is reloaded while the program runs. A file is watched, its changes go into the store, and
//! each subscriber of a changed key gets the newest value.
//!
//! `cargo run --example live_config --features toml`

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc;
use std::time::Duration;
use sync_map::config::{Changes, ConfigStore, LoadError, Settings};

/// Reloads a file whenever it has changed, until it is told to stop. (Comparing what is in it is simpler than the time of its last
/// change, and not fooled by a coarse clock. A crate such as `notify` tells of changes without polling.)
struct Reloader<'c> {
    path: PathBuf,
    config: &'c ConfigStore,
    last: Option<Settings>,
}

impl Reloader<'_> {
    /// What has changed; nothing when the file is as it was. A file with a mistake changes nothing.
    fn look(&mut self) -> Result<Option<Changes>, LoadError> {
        let mut settings = Settings::from_file(&self.path)?;
        settings.merge_env("LIVE_CONFIG")?;
        if self.last.as_ref() == Some(&settings) {
            return Ok(None);
        }
        self.last = Some(settings.clone());
        Ok(Some(self.config.replace_all(settings)))
    }

    fn run(&mut self, stop: &AtomicBool, told: &mpsc::Sender<String>) {
        let mut last_error = None;
        while !stop.load(SeqCst) {
            match self.look() {
                Ok(Some(changes)) => drop(told.send(format!("reloaded: {:?}", changes.set))),
                Ok(None) => {}
                // The same mistake is told once.
                Err(error) if last_error.as_ref() == Some(&error.to_string()) => {}
                Err(error) => {
                    drop(told.send(error.to_string()));
                    last_error = Some(error.to_string());
                }
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Writes beside and renames, so that nobody reads half a file.
fn write(path: &Path, text: &str) {
    let beside = path.with_extension("new");
    std::fs::write(&beside, text).expect("a directory that can be written");
    std::fs::rename(&beside, path).expect("the same directory");
}

fn main() {
    let path = std::env::temp_dir().join(format!("live_config-{}.toml", std::process::id()));
    write(&path, "max_connections = 100\n[database]\nurl = 'localhost:5432'\n");

    let config = ConfigStore::new();
    let mut reloader = Reloader { path: path.clone(), config: &config, last: None };
    reloader.look().expect("the first load must work");
    assert_eq!(config.get_as::<usize>("max_connections"), Ok(100));

    let stop = AtomicBool::new(false);
    let (told, seen) = mpsc::channel();
    let next = || seen.recv_timeout(Duration::from_secs(30)).expect("told within half a minute");
    std::thread::scope(|scope| {
        let mut urls = config.subscribe("database.url");
        let listener = told.clone();
        scope.spawn(move || {
            // Until the key is removed.
            for url in &mut urls {
                let _ = listener.send(format!("Database URL changed to: {url}"));
            }
            let _ = listener.send("no database any more".into());
        });
        let first = next();
        println!("The listener subscribes, and is told the value that is there:\n  {first}");
        assert_eq!(first, "Database URL changed to: \"localhost:5432\"");

        scope.spawn(|| reloader.run(&stop, &told));
        write(&path, "max_connections = 200\n[database]\nurl = 'prod-db:5432'\n");
        let mut both = [next(), next()];
        both.sort();
        println!("The file has other values:\n  {}", both.join("\n  "));
        assert_eq!(
            both,
            [
                "Database URL changed to: \"prod-db:5432\"",
                "reloaded: [\"database.url\", \"max_connections\"]",
            ]
        );
        assert_eq!(config.get_int("max_connections"), Ok(200));

        // A mistake is told with its place, and the values stay.
        write(&path, "max_connections = = 300\n");
        let error = next();
        println!("The file has a mistake, and the store stays as it is:\n  {}", error.replace('\n', "\n  "));
        assert!(error.contains("live_config-") && error.contains("line 1"), "{error}");
        assert_eq!(config.get_int("max_connections"), Ok(200));

        // A key that is not in the file any more is removed, and its subscriptions end.
        write(&path, "max_connections = 300\n");
        let mut both = [next(), next()];
        both.sort();
        println!("The file has lost a key:\n  {}", both.join("\n  "));
        assert_eq!(both, ["no database any more", "reloaded: [\"max_connections\"]"]);
        stop.store(true, SeqCst);
    });
    std::fs::remove_file(&path).expect("our own file");
}
