//! A service that does what a test wants, and a log of what was asked of it.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use sync_map::registry::{BoxError, Service};

/// What was asked of the services of a test, in order: `start a`.
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

type Hook = Box<dyn Fn() + Send + Sync>;

/// See the module.
#[derive(Default)]
pub(crate) struct Probe {
    name: String,
    log: Log,
    depends_on: Vec<String>,
    pub(crate) fails_to_start: AtomicBool,
    pub(crate) fails_to_stop: AtomicBool,
    pub(crate) panics: AtomicBool,
    pub(crate) up: AtomicBool,
    while_starting: Option<Hook>,
}

impl Probe {
    pub(crate) fn new(name: &str, log: &Log) -> Self {
        Probe { name: name.to_owned(), log: Arc::clone(log), ..Probe::default() }
    }

    pub(crate) fn depending_on(mut self, names: &[&str]) -> Self {
        self.depends_on = names.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    pub(crate) fn while_starting(mut self, hook: impl Fn() + Send + Sync + 'static) -> Self {
        self.while_starting = Some(Box::new(hook));
        self
    }

    fn asked(&self, what: &str) -> Result<(), BoxError> {
        self.log.lock().unwrap().push(format!("{what} {}", self.name));
        if self.panics.load(SeqCst) {
            panic!("{} fell over", self.name);
        }
        Ok(())
    }
}

impl Service for Probe {
    fn name(&self) -> &str {
        &self.name
    }

    fn depends_on(&self) -> Vec<String> {
        self.depends_on.clone()
    }

    fn start(&self) -> Result<(), BoxError> {
        self.asked("start")?;
        if let Some(hook) = &self.while_starting {
            hook();
        }
        if self.fails_to_start.load(SeqCst) {
            return Err("the port is taken".into());
        }
        assert!(!self.up.swap(true, SeqCst), "started while it ran");
        Ok(())
    }

    fn stop(&self) -> Result<(), BoxError> {
        self.asked("stop")?;
        self.up.store(false, SeqCst);
        if self.fails_to_stop.load(SeqCst) {
            return Err("a client hangs on".into());
        }
        Ok(())
    }
}

/// What was logged since the last look.
pub(crate) fn taken(log: &Log) -> Vec<String> {
    std::mem::take(&mut *log.lock().unwrap())
}
