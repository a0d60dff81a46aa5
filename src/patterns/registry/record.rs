//! One registered service, and its way through the states.
//!
//! A record has one mutex, which guards the state and nothing else. `start` and `stop` of the service run between two
//! sections under it: the first claims the service (Starting or Stopping), the second says how it ended. No user code runs
//! under the mutex. Nor does any run between the return of `start` or `stop` and the second section: an error that is replaced, and the
//! payload of a panic, are dropped after it, so that a `Drop` that panics leaves no service Starting or Stopping.
//!
//! | state | gone | what a thread may do |
//! |---|---|---|
//! | Starting, Stopping | no | only the thread that claimed it continues |
//! | Starting | yes | the thread that claimed it stops the service when its start returns |
//! | others | no | claim it |
//! | others | yes | nothing: it is unregistered, and does not run |
#![forbid(unsafe_code)]

use super::errors::{Cause, LifecycleError, ServiceError, Status};
use super::service::{Phase, Service, State};
use crate::patterns::panics::drop_last;
use crate::sync::Arc;
use crate::sync::Mutex;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A registered service.
pub(super) struct Record<S: ?Sized> {
    pub(super) name: Arc<str>,
    pub(super) depends_on: Vec<String>,
    /// Services that were registered earlier have smaller ones.
    pub(super) order: u64,
    pub(super) service: Arc<S>,
    life: Mutex<Life>,
}

struct Life {
    state: State,
    gone: bool,
    failure: Option<Arc<ServiceError>>,
}

impl Life {
    /// Its last stop failed: it may still be running.
    fn failed_to_stop(&self) -> bool {
        self.state == State::Failed
            && self.failure.as_ref().is_some_and(|failure| failure.phase == Phase::Stop)
    }
}

impl<S: Service + ?Sized> Record<S> {
    pub(super) fn new(name: Arc<str>, order: u64, service: Arc<S>) -> Self {
        let depends_on = service.depends_on();
        let life = Life { state: State::Registered, gone: false, failure: None };
        Record {
            name,
            depends_on,
            order,
            service,
            life: Mutex::named("the mutex of a service's state", life),
        }
    }

    fn not_registered(&self) -> LifecycleError {
        LifecycleError::NotRegistered { service: self.name.to_string() }
    }

    fn wrong_state(&self, phase: Phase, state: State) -> LifecycleError {
        LifecycleError::WrongState { service: self.name.to_string(), phase, state }
    }

    /// The state; `None` if it is unregistered.
    pub(super) fn state(&self) -> Option<State> {
        let life = self.life.lock();
        (!life.gone).then_some(life.state) // LP(state)
    }

    /// The state, and why it failed; `None` if it is unregistered.
    pub(super) fn status(&self) -> Option<Status> {
        let (state, failure) = {
            let life = self.life.lock();
            if life.gone {
                return None;
            }
            (life.state, life.failure.clone())
        };
        Some(Status { name: self.name.to_string(), state, failure })
    }

    /// Starts the service, if it does not run.
    pub(super) fn start(&self) -> Result<(), LifecycleError> {
        {
            let mut life = self.life.lock();
            if life.gone {
                return Err(self.not_registered());
            }
            match life.state {
                State::Registered | State::Stopped | State::Failed => life.state = State::Starting, // LP(start, claimed)
                state => return Err(self.wrong_state(Phase::Start, state)),
            }
        }
        let (ended, gone) = self.run(Phase::Start);
        // Unregistered while it was starting: whoever unregistered it did not wait, and left it to us to stop it.
        if gone && ended.is_ok() {
            self.run(Phase::Stop).0?; // `run` left it in Stopping, so no other thread stops it
            return Err(LifecycleError::Unregistered { service: self.name.to_string() });
        }
        ended
    }

    /// Stops the service: if it runs, or if it has failed and is to be cleaned up.
    pub(super) fn stop(&self) -> Result<(), LifecycleError> {
        {
            let mut life = self.life.lock();
            if life.gone {
                return Err(self.not_registered());
            }
            match life.state {
                State::Running | State::Failed => life.state = State::Stopping, // LP(stop, claimed)
                state => return Err(self.wrong_state(Phase::Stop, state)),
            }
        }
        self.run(Phase::Stop).0
    }

    /// Stops the service if it runs, or if its last stop failed. Returns whether it did.
    pub(super) fn stop_if_needed(&self) -> Result<bool, LifecycleError> {
        {
            let mut life = self.life.lock();
            match life.state {
                _ if life.gone => return Ok(false),
                State::Running => life.state = State::Stopping,
                State::Failed if life.failed_to_stop() => life.state = State::Stopping,
                State::Starting | State::Stopping => return Err(self.wrong_state(Phase::Stop, life.state)),
                State::Registered | State::Stopped | State::Failed => return Ok(false),
            }
        }
        self.run(Phase::Stop).0.map(|()| true)
    }

    /// Marks the service as unregistered, and brings it down: here if it runs; by the thread that starts it if it is being
    /// started. Nobody starts it after this.
    pub(super) fn retire(&self) -> Result<(), LifecycleError> {
        {
            let mut life = self.life.lock();
            life.gone = true;
            // It does not run, or another thread is starting or stopping it, which brings it down when it sees the mark.
            if life.state != State::Running {
                return Ok(());
            }
            life.state = State::Stopping;
        }
        self.run(Phase::Stop).0
    }

    /// Runs the user's code, under no lock, and notes how it ended. The service is claimed: its state is Starting or
    /// Stopping. Says whether it was unregistered meanwhile; if it has just been started then, it is claimed for stopping.
    fn run(&self, phase: Phase) -> (Result<(), LifecycleError>, bool) {
        let called = catch_unwind(AssertUnwindSafe(|| match phase {
            Phase::Start => self.service.start(),
            Phase::Stop => self.service.stop(),
        }));
        let (cause, payload) = match called {
            Ok(Ok(())) => (None, None),
            Ok(Err(error)) => (Some(Cause::Returned(error)), None),
            Err(payload) => (Some(Cause::of_panic(&*payload)), Some(payload)),
        };
        let failure =
            cause.map(|cause| Arc::new(ServiceError { service: self.name.to_string(), phase, cause }));
        let (previous, gone) = {
            let mut life = self.life.lock();
            life.state = match (&failure, phase) {
                (Some(_), _) => State::Failed,
                (None, Phase::Start) if life.gone => State::Stopping,
                (None, Phase::Start) => State::Running, // LP(start, ended)
                (None, Phase::Stop) => State::Stopped,  // LP(stop, ended)
            };
            (std::mem::replace(&mut life.failure, failure.clone()), life.gone)
        };
        // These are the user's: dropped under no lock, and after the state was written.
        drop_last(payload);
        drop_last(previous);
        (failure.map_or(Ok(()), |failure| Err(LifecycleError::Failed(failure))), gone)
    }
}
