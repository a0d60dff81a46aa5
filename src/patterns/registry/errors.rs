//! What can go wrong, and with which service.
#![forbid(unsafe_code)]

use super::service::{BoxError, Phase, State};
use crate::sync::Arc;
use std::any::Any;
use std::error::Error;
use std::fmt;

/// A service could not be registered: another one has its name. It gives the service back.
///
/// ```
#[doc = include_str!("web.txt")]
/// let registry = Registry::new();
/// let _web = registry.register(Arc::new(Web)).unwrap();
/// let error = registry.register(Arc::new(Web)).unwrap_err();
/// assert_eq!((error.name.as_str(), error.state), ("web", State::Registered));
/// ```
pub struct NameTaken<S: ?Sized> {
    /// The name that both have.
    pub name: String,
    /// The service that has it.
    pub existing: Arc<S>,
    /// What that service was doing.
    pub state: State,
    /// The service that was not registered.
    pub rejected: Arc<S>,
}

impl<S: ?Sized> fmt::Debug for NameTaken<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameTaken")
            .field("name", &self.name)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl<S: ?Sized> fmt::Display for NameTaken<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NameTaken { name, state, .. } = self;
        write!(
            f,
            "cannot register a second service `{name}`: one is {state}; unregister it first, or use another name"
        )
    }
}

impl<S: ?Sized> Error for NameTaken<S> {}

/// The `start` or `stop` of a service failed.
///
/// ```
/// # use std::sync::Arc;
/// # use sync_map::registry::{BoxError, Cause, LifecycleError, Phase, Registry, Service};
/// struct Web;
/// impl Service for Web {
///     fn name(&self) -> &str {
///         "web"
///     }
///     fn start(&self) -> Result<(), BoxError> {
///         Err("port 80 is taken".into())
///     }
///     fn stop(&self) -> Result<(), BoxError> {
///         Ok(())
///     }
/// }
///
/// let registry = Registry::new();
/// registry.register(Arc::new(Web)).unwrap().keep();
/// let Err(LifecycleError::Failed(error)) = registry.start("web") else { panic!("the port is free") };
/// assert_eq!((error.service.as_str(), error.phase), ("web", Phase::Start));
/// assert!(matches!(error.cause, Cause::Returned(_)));
/// assert_eq!(error.to_string(), "service `web` did not start: port 80 is taken");
/// ```
#[derive(Debug)]
pub struct ServiceError {
    /// The name of the service.
    pub service: String,
    /// What it was asked to do.
    pub phase: Phase,
    /// Why it failed.
    pub cause: Cause,
}

/// How a service failed.
///
/// ```
/// # use std::sync::Arc;
/// # use sync_map::registry::{BoxError, Cause, Registry, Service};
/// # struct Web;
/// # impl Service for Web {
/// #     fn name(&self) -> &str { "web" }
/// #     fn start(&self) -> Result<(), BoxError> { panic!("no port") }
/// #     fn stop(&self) -> Result<(), BoxError> { Ok(()) }
/// # }
/// let registry = Registry::new();
/// registry.register(Arc::new(Web)).unwrap().keep(); // its `start` panics
/// registry.start("web").unwrap_err();
/// let failure = registry.status("web").unwrap().failure.unwrap();
/// assert!(matches!(&failure.cause, Cause::Panicked(message) if message == "no port"));
/// ```
#[derive(Debug)]
pub enum Cause {
    /// It returned this error.
    Returned(BoxError),
    /// It panicked, with this message.
    Panicked(String),
}

impl Cause {
    /// The message of a panic.
    pub(super) fn of_panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Cause::Panicked(text.unwrap_or_else(|| "a payload that is no text".to_owned()))
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ServiceError { service, phase, cause } = self;
        match cause {
            Cause::Returned(error) => write!(f, "service `{service}` did not {phase}: {error}"),
            Cause::Panicked(message) => write!(f, "service `{service}` panicked in its {phase}: {message}"),
        }
    }
}

impl Error for ServiceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.cause {
            Cause::Returned(error) => Some(&**error),
            Cause::Panicked(_) => None,
        }
    }
}

/// A service was not started or not stopped: which one, and why. Each says in its text what to do.
///
/// ```
/// use sync_map::registry::{LifecycleError, Registry};
/// let registry: Registry = Registry::new();
/// assert!(matches!(registry.start("web"), Err(LifecycleError::NotRegistered { service }) if service == "web"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum LifecycleError {
    /// No service has this name.
    NotRegistered {
        /// The name.
        service: String,
    },
    /// Its state does not allow that: it runs already, it has not been started, or another thread is starting or stopping it.
    WrongState {
        /// The name of the service.
        service: String,
        /// What it was asked to do.
        phase: Phase,
        /// Its state.
        state: State,
    },
    /// Its `start` or `stop` failed.
    Failed(Arc<ServiceError>),
    /// It was unregistered while its `start` ran; it was stopped again.
    Unregistered {
        /// The name of the service.
        service: String,
    },
    /// A service that it depends on is not registered, or not running when its turn has come.
    Dependency {
        /// The name of the service.
        service: String,
        /// The name of what it depends on.
        dependency: String,
        /// The state of that; `None` if it is not registered.
        state: Option<State>,
    },
    /// Somebody tried to start or stop all services from inside a `start` or `stop` that this thread runs in order to start or
    /// stop them all: it would wait for itself.
    Nested {
        /// What all of them would have been asked to do.
        phase: Phase,
    },
    /// Services that depend on each other in a circle: each on the next, the last on the first.
    Cycle(Vec<String>),
}

impl fmt::Display for LifecycleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LifecycleError::NotRegistered { service } => {
                write!(
                    f,
                    "no service `{service}` is registered: register it first, or see `list` for the names"
                )
            }
            LifecycleError::WrongState { service, phase, state } => {
                write!(f, "cannot {phase} service `{service}`: it is {state}")
            }
            LifecycleError::Failed(error) => error.fmt(f),
            LifecycleError::Unregistered { service } => {
                write!(f, "service `{service}` was unregistered while it started: it was stopped again")
            }
            LifecycleError::Dependency { service, dependency, state: None } => {
                write!(
                    f,
                    "cannot start service `{service}`: it depends on `{dependency}`, which is not registered"
                )
            }
            LifecycleError::Dependency { service, dependency, state: Some(state) } => {
                write!(f, "cannot start service `{service}`: it depends on `{dependency}`, which is {state}")
            }
            LifecycleError::Nested { phase } => {
                write!(
                    f,
                    "cannot {phase} all services from inside a `start` or `stop` that was called to start or stop \
                     them all: wait until that call has returned"
                )
            }
            LifecycleError::Cycle(services) => {
                let first = services.first().map_or("", String::as_str);
                let circle = services.join("` -> `");
                write!(
                    f,
                    "services depend on each other in a circle: `{circle}` -> `{first}`; remove one dependency"
                )
            }
        }
    }
}

impl Error for LifecycleError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            LifecycleError::Failed(error) => Some(&**error),
            _ => None,
        }
    }
}

/// There is no service of this name and type.
///
/// ```
#[doc = include_str!("web.txt")]
/// # use sync_map::registry::GetError;
/// # struct Mail;
/// # impl Service for Mail {
/// #     fn name(&self) -> &str { "mail" }
/// #     fn start(&self) -> Result<(), BoxError> { Ok(()) }
/// #     fn stop(&self) -> Result<(), BoxError> { Ok(()) }
/// # }
/// let registry: Registry = Registry::new();
/// registry.register(Arc::new(Web)).unwrap().keep();
/// assert!(matches!(registry.get_as::<Mail>("web"), Err(GetError::WrongType { service, .. }) if service == "web"));
/// assert!(matches!(registry.get_as::<Mail>("mail"), Err(GetError::NotRegistered { .. })));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GetError {
    /// No service has this name.
    NotRegistered {
        /// The name.
        service: String,
    },
    /// The service of this name is of another type.
    WrongType {
        /// The name.
        service: String,
        /// The type that was asked for.
        asked: &'static str,
    },
}

impl fmt::Display for GetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GetError::NotRegistered { service } => write!(f, "no service `{service}` is registered"),
            GetError::WrongType { service, asked } => {
                write!(f, "service `{service}` is not a `{asked}`: ask for the type that was registered")
            }
        }
    }
}

impl Error for GetError {}

/// What [`Registry::status`](super::Registry::status) tells of a service.
///
/// ```
/// # use std::sync::Arc;
/// # use sync_map::registry::{BoxError, Registry, Service, State, Status};
/// # struct Web;
/// # impl Service for Web {
/// #     fn name(&self) -> &str { "web" }
/// #     fn start(&self) -> Result<(), BoxError> { Err("no port".into()) }
/// #     fn stop(&self) -> Result<(), BoxError> { Ok(()) }
/// # }
/// let registry = Registry::new();
/// registry.register(Arc::new(Web)).unwrap().keep(); // its `start` fails
/// registry.start("web").unwrap_err();
/// let Status { name, state, failure } = registry.status("web").unwrap();
/// assert_eq!((name.as_str(), state), ("web", State::Failed));
/// assert_eq!(failure.unwrap().to_string(), "service `web` did not start: no port");
/// ```
#[derive(Clone, Debug)]
pub struct Status {
    /// Its name.
    pub name: String,
    /// What it is doing.
    pub state: State,
    /// Why it failed; only in [`State::Failed`].
    pub failure: Option<Arc<ServiceError>>,
}
