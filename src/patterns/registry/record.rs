//! One registered service, and its way through the states.
//!
//! A record has one mutex, which guards the state and nothing else. `start` and `stop` of the service run between two
//! sections under it: the first claims the service (Starting or Stopping), the second says how it ended. No user code runs
//! under the mutex: an error that is replaced is dropped after it.
//!
//! | state | gone | what a thread may do |
//! |---|---|---|
//! | Starting, Stopping | no | only the thread that claimed it goes on |
//! | Starting | yes | the thread that claimed it stops the service when its start returns |
//! | others | no | claim it |
//! | others | yes | nothing: it is unregistered, and does not run |
#![forbid(unsafe_code)]

use super::errors::{Cause, LifecycleError, ServiceError, Status};
use super::service::{Phase, Service, State};
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
    /// Its last stop failed: it may be running still.
    fn failed_to_stop(&self) -> bool {
        self.state == State::Failed
            && self.failure.as_ref().is_some_and(|failure| failure.phase == Phase::Stop)
    }
}

impl<S: Service + ?Sized> Record<S> {
    pub(super) fn new(name: Arc<str>, order: u64, service: Arc<S>) -> Self {
        let depends_on = service.depends_on();
        let life = Life { state: State::Registered, gone: false, failure: None };
        Record { name, depends_on, order, service, life: Mutex::new(life) }
    }

    fn not_registered(&self) -> LifecycleError {
        LifecycleError::NotRegistered { service: self.name.to_string() }
    }

    fn wrong_state(&self, phase: Phase, state: State) -> LifecycleError {
        LifecycleError::WrongState { service: self.name.to_string(), phase, state }
    }

    /// The state; nothing when it is unregistered.
    pub(super) fn state(&self) -> Option<State> {
        let life = self.life.lock();
        (!life.gone).then_some(life.state) // LP(state)
    }

    /// The state, and why it failed; nothing when it is unregistered.
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
        if gone && ended.is_ok() {
            self.run(Phase::Stop).0?; // `run` left it in Stopping, and so it is ours.
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

    /// Stops the service if there is a need: if it runs, or its last stop failed. Whether it did.
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
        let cause = match called {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(Cause::Returned(error)),
            Err(payload) => Some(Cause::of_panic(&*payload)),
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
        drop(previous); // a user's error: dropped under no lock
        (failure.map_or(Ok(()), |failure| Err(LifecycleError::Failed(failure))), gone)
    }
}
